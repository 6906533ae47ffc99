/**
 * A second process for the store's tests: `node --import jiti/register store-process.test.child.ts <home> <task> [count]`.
 * Prints `ready` once the store is open, then does its task and prints `done`.
 */
import { openStore } from './open-store.js'
import type { RunRecord } from './records.js'

const [home = '', task = '', count = '0'] = process.argv.slice(2)
const name = `run-${process.pid}`

try {
  await using store = await openStore({ home })
  process.stdout.write('ready\n')
  switch (task) {
    case 'open':
      break
    case 'write':
      await store.runs.create(run(name))
      for (let rolloutId = 0; rolloutId < Number(count); rolloutId += 1) await writeStep(rolloutId)
      break
    case 'write-forever':
      await store.runs.create(run(name))
      for (let rolloutId = 0; ; rolloutId += 1) await writeStep(rolloutId)
    default:
      throw new Error(`unknown task ${task}`)
  }
  process.stdout.write('done\n')

  async function writeStep(rolloutId: number): Promise<void> {
    const details = { exact: 0, topic: Number.NaN }
    // Only what the test reads back; the store keeps the metrics as one value.
    await store.runs.addStep(name, { rolloutId, details } as unknown as Parameters<typeof store.runs.addStep>[1])
    await store.runs.addSamples(
      name,
      Array.from({ length: 20 }, (_, sampleIndex) => ({
        rolloutId,
        groupIndex: 0,
        sampleIndex,
        rowIndex: 0,
        input: 'old pond',
        response: 'a frog jumps in\n'.repeat(20),
        score: -1,
        advantage: 0.5,
        tokenIds: [1, 2, 3],
        logprobs: [-0.5, -1, -1.5],
        finishReason: 'stop' as const,
        details: {},
      })),
    )
  }
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error })}\n${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function run(trainingRunId: string): RunRecord {
  return {
    trainingRunId,
    state: 'running',
    model: 'tiny-poet',
    startPath: '/models/tiny-poet',
    recipe: 'GrpoRecipe',
    config: {},
    seed: 0,
    numRollout: 1,
    rolloutsDone: 0,
    pid: process.pid,
    createdAt: Date.now(),
    finishedAt: null,
    error: null,
  }
}
