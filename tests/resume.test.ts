import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { listCheckpoints, openStore } from 'training-gym'
import { afterEach, beforeEach, expect, it } from 'vitest'

const script = fileURLToPath(new URL('./tiny-run.mjs', import.meta.url))

interface Line {
  readonly started?: string
  readonly rollout?: number
  readonly reward?: number
  readonly checkpoint?: number | string
  readonly finished?: string
}

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-resume-'))
})
afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

/** Runs the tiny training; `onLine` may kill it. Returns what it printed and how it ended. */
async function run(
  folder: string,
  args: readonly string[],
  onLine: (line: Line, child: ChildProcess) => void = () => {},
) {
  const child = spawn(process.execPath, [script, folder, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: Line[] = []
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line
    lines.push(line)
    onLine(line, child)
  })
  const [code, signal] = await once(child, 'close')
  return { lines, code, signal, errors }
}

const weightsOf = (path: string) => readFile(join(path, 'model.safetensors'))

/** What the policy scored on rows held out before and after each rollout; without the ids, which name the run. */
async function heldOutScores(folder: string, trainingRunId: string) {
  await using store = await openStore({ home: folder })
  const steps = await store.runs.steps(trainingRunId)
  return steps.flatMap(({ evaluationBefore, evaluation }) =>
    [evaluationBefore, evaluation].flatMap((figures) =>
      Object.values(figures ?? {}).map(({ evalId: _, ...scores }) => scores),
    ),
  )
}

it('gives the same weights, metrics and evaluations, bit for bit, when it was killed and resumed as when it was not', async () => {
  const whole = await run(join(home, 'whole'), ['3'])
  expect(whole.errors).toBe('')
  const finished = whole.lines.at(-1)

  const killed = await run(join(home, 'killed'), ['3'], (line, child) => {
    // After the fifth rollout, before it was evaluated: the last checkpoint is that of the fourth, so one must be done again.
    if (line.rollout === 4) child.kill('SIGKILL')
  })
  expect(killed.signal).toBe('SIGKILL')
  const trainingRunId = killed.lines[0]?.started as string
  const left = await listCheckpoints(trainingRunId, { home: join(home, 'killed') })
  expect(left.map(({ name }) => name)).toEqual(['iter_0000001', 'iter_0000003'])
  {
    await using store = await openStore({ home: join(home, 'killed') })
    expect((await store.runs.get(trainingRunId))?.state).toBe('interrupted')
  }

  const resumed = await run(join(home, 'killed'), ['3', trainingRunId])
  expect(resumed.errors).toBe('')
  expect(resumed.lines.filter(({ rollout }) => rollout !== undefined).map(({ rollout }) => rollout)).toEqual([4, 5])
  const rewards = (lines: readonly Line[]) => lines.flatMap(({ reward }) => (reward === undefined ? [] : [reward]))
  expect(rewards(resumed.lines)).toEqual(rewards(whole.lines).slice(4))
  const [a, b] = await Promise.all(
    [finished, resumed.lines.at(-1)].map((line) => weightsOf(line?.checkpoint as string)),
  )
  expect(a?.equals(b as Buffer)).toBe(true)
  const scores = await heldOutScores(join(home, 'killed'), trainingRunId)
  expect(scores).toHaveLength(7)
  expect(scores).toEqual(await heldOutScores(join(home, 'whole'), finished?.finished as string))
})

it('never lists a half-written checkpoint, and clears it away on resume', async () => {
  const { lines } = await run(home, ['5'], (line, child) => {
    if (line.checkpoint === 1) child.kill('SIGKILL')
  })
  const trainingRunId = lines[0]?.started as string
  const checkpoints = join(home, 'runs', trainingRunId, 'checkpoints')
  // What a writer leaves that was killed between two files, and one whose weights end too early.
  const partial = join(checkpoints, '.iter_0000003.999.partial')
  await mkdir(partial)
  await writeFile(join(partial, 'config.json'), '{')
  const torn = join(checkpoints, 'iter_0000003')
  await mkdir(torn)
  const good = join(checkpoints, 'iter_0000001')
  for (const name of await readdir(good)) {
    const bytes = await readFile(join(good, name))
    await writeFile(join(torn, name), name === 'model.safetensors' ? bytes.subarray(0, bytes.length - 4) : bytes)
  }
  expect((await listCheckpoints(trainingRunId, { home })).map(({ name }) => name)).toEqual(['iter_0000001'])

  const resumed = await run(home, ['5', trainingRunId])
  expect(resumed.errors).toBe('')
  const names = (await listCheckpoints(trainingRunId, { home })).map(({ name }) => name)
  expect(names).toEqual(['iter_0000001', 'iter_0000003', 'iter_0000005'])
  expect(await readdir(checkpoints)).not.toContain('.iter_0000003.999.partial')
})

it('refuses to resume with another seed, a finished run, or an unknown one, in one sentence', async () => {
  const { lines } = await run(home, ['1'])
  const trainingRunId = lines[0]?.started as string
  const again = await run(home, ['1', trainingRunId])
  expect(again.errors).toContain(`run ${trainingRunId} is complete; train on from its checkpoint instead`)
  const unknown = await run(home, ['1', 'run-none'])
  expect(unknown.errors).toContain('run-none')
})
