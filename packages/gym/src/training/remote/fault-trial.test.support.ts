import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { modal } from '../../compute/compute.js'
import { GymError } from '../../errors.js'
import type { OnProgress } from '../../progress.js'
import { type SeededRandom, seededRandom } from '../../random/seeded-random.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord, StepMetrics } from '../../store/records.js'
import { listCheckpoints } from '../list-checkpoints.js'
import { SlimeRecipe, type SlimeRecipeOptions } from '../slime-recipe.js'
import { TrainConfig } from '../train-config.js'
import { attachRun } from './attach-run.js'
import {
  lengthReward,
  type RemoteWorld,
  timeless,
  tinyDataset,
  tinyModel,
  tinyRecipe,
} from './remote-runs.test.support.js'

/** What can go wrong, and the codes by which the failure must be told: none where nobody may notice. */
export const faults = {
  'UNAVAILABLE, again and again': [],
  'slow build, lost answer': [],
  'cut streams of output': [],
  'no machine free': ['no-capacity'],
  'machine lost': ['machine-lost'],
  'client killed (-9)': ['run-unknown-there'],
  'trainer dies': ['training-failed'],
  'save fails': ['training-failed'],
  'Ray does not start': ['ray-not-started'],
  'reward throws': ['reward-failed'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type Fault = keyof typeof faults

/** What became of one run. */
export interface FaultReport {
  readonly seed: number
  readonly fault: Fault
  /** Codes of the failures on the way, in order. */
  readonly failures: readonly string[]
  /** What must not be: empty when all is well. */
  readonly problems: readonly string[]
}

type Failure = Pick<GymError, 'code' | 'message'>

/** A run that ends with such a fault can only be told about, not repaired by starting it again. */
const isForGood = (fault: Fault) => fault === 'Ray does not start' || fault === 'reward throws'

/**
 * Does one small run in which something goes wrong at a moment that the seed decides, continues it until it is complete, and
 * compares what is left with a run that nothing happened to. MODAL_SERVER_URL and its like must lead to the world's Modal.
 */
export async function faultTrial(
  world: RemoteWorld,
  seed: number,
  undisturbed: readonly StepMetrics[],
): Promise<FaultReport> {
  const names = Object.keys(faults) as Fault[]
  const fault = names[seed % names.length] as Fault
  const home = join(world.folder, `home-${seed}`)
  const random = seededRandom(seed)
  const recipe = recipeFor(fault, join(world.folder, `fault-${seed}`), random)
  const disturb = disturbance(fault, world, random, home)
  const failures: Failure[] = []
  const problems: string[] = []
  let checkpoints: readonly string[] = []
  for (let start = 0; start < 5; start++) {
    const run = await latestRun(home)
    try {
      if (fault === 'client killed (-9)' && start === 0) await killedClient(home, recipe, random)
      else if (run?.state === 'running') await attachRun('latest', { home, onProgress: () => undefined })
      else await train(home, recipe, run === null ? undefined : run.trainingRunId, disturb)
    } catch (error) {
      failures.push(GymError.is(error) ? error : { code: 'unexpected', message: String(error) })
      if (!GymError.is(error)) break
    }
    await world.modal.setFaults({ hasNoCapacity: false })
    const after = await latestRun(home)
    if (after === null) continue
    const names = (await listCheckpoints(after.trainingRunId, { home })).map(({ name }) => name)
    const lost = checkpoints.filter((name) => !names.includes(name))
    if (lost.length > 0) problems.push(`lost checkpoint ${lost.join(', ')}`)
    checkpoints = names
    if (after.state === 'failed' && (after.error ?? '') === '') problems.push('failed without a sentence')
    if (after.state === 'completed' || (after.state === 'failed' && isForGood(fault))) break
  }
  problems.push(...unattributed(fault, failures), ...(await whatIsLeft(world, home, fault, undisturbed)))
  return { seed, fault, failures: failures.map(({ code }) => code), problems }
}

/** Trains once undisturbed, to compare with. */
export async function undisturbedMetrics(world: RemoteWorld): Promise<readonly StepMetrics[]> {
  return (await train(join(world.folder, 'home-undisturbed'), {}, undefined, () => undefined)).metrics
}

function train(home: string, recipe: SlimeRecipeOptions, resume: string | undefined, onProgress: OnProgress) {
  const config = new TrainConfig({
    model: tinyModel,
    dataset: tinyDataset,
    recipe: new SlimeRecipe({ ...tinyRecipe, customRmFunction: lengthReward, ...recipe }),
    compute: modal(),
  })
  return config.train({ home, onProgress, ...(resume !== undefined && { resume }) })
}

function recipeFor(fault: Fault, file: string, random: SeededRandom): SlimeRecipeOptions {
  const once = (what: string) => ({ env: { STAND_IN_FAULT: what, STAND_IN_FAULT_ONCE: file } })
  switch (fault) {
    case 'trainer dies':
      return once(`die:${random.int(3)}`)
    case 'save fails':
      return once(`no-save:${1 + random.int(2)}`)
    case 'Ray does not start':
      return { env: { STAND_IN_RAY: 'no-start' } }
    case 'reward throws':
      return { customRmFunction: fussyReward }
    case 'slow build, lost answer':
      // An image that was never built before.
      return { image: `slimerl/slime:${file.split('-').at(-1)}` }
    default:
      return {}
  }
}

/** Sets the fault up where the control plane makes it, or returns what happens on the way. */
function disturbance(fault: Fault, world: RemoteWorld, random: SeededRandom, home: string): OnProgress {
  const { modal: plane } = world
  const setFaults = (changes: Parameters<typeof plane.setFaults>[0]) => void plane.setFaults(changes)
  let left = 1 + random.int(6)
  let isDone = false
  return () => {
    left -= 1
    if (isDone || left > 0) return
    isDone = true
    switch (fault) {
      case 'UNAVAILABLE, again and again':
        return setFaults({ unavailable: 1 + random.int(8) })
      case 'slow build, lost answer':
        return setFaults({ buildMs: 50 + random.int(400), lostCreateAnswers: 1 })
      case 'cut streams of output':
        return setFaults({ cutLogs: 1 + random.int(4) })
      case 'no machine free':
        return setFaults({ hasNoCapacity: true })
      case 'machine lost': {
        void latestRun(home).then(async (run) => {
          await delay(random.int(300))
          // Not started yet, or over already: then nothing was lost.
          await plane.kill(`train-${run?.trainingRunId}`).catch(() => undefined)
        })
        return
      }
      default:
        return
    }
  }
}

async function killedClient(home: string, recipe: SlimeRecipeOptions, random: SeededRandom): Promise<void> {
  const dist = import.meta.url.endsWith('.ts') ? '../../../dist/training/remote/' : './'
  const program = fileURLToPath(new URL(`${dist}remote-client.test.program.js`, import.meta.url))
  const client = spawn(process.execPath, [program, JSON.stringify({ home, recipe })], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(client, 'exit')
  await Promise.race([once(client.stdout, 'data'), exited])
  await Promise.race([delay(random.int(4000)), exited])
  client.kill('SIGKILL')
  await exited
}

async function latestRun(home: string): Promise<RunRecord | null> {
  if (!existsSync(home)) return null
  await using store = await openStore({ home })
  return (await store.runs.list({ limit: 1 }))[0] ?? null
}

function unattributed(fault: Fault, failures: readonly Failure[]): string[] {
  const allowed: readonly string[] = faults[fault]
  return failures
    .filter(({ code }) => !allowed.includes(code))
    .map(({ code, message }) => `${code} is no word for "${fault}": ${message}`)
}

async function whatIsLeft(
  world: RemoteWorld,
  home: string,
  fault: Fault,
  undisturbed: readonly StepMetrics[],
): Promise<string[]> {
  const problems: string[] = []
  const { sandboxes } = await world.modal.state()
  const orphans = sandboxes.filter(({ name, result }) => result === null && name.startsWith('train-'))
  if (orphans.length > 0) problems.push(`orphan ${orphans.map(({ name }) => name).join(', ')}`)
  const run = await latestRun(home)
  if (isForGood(fault)) return run?.state === 'failed' ? problems : [...problems, `ended as ${run?.state}`]
  if (run?.state !== 'completed') return [...problems, `ended as ${run?.state}: ${run?.error?.split('\n')[0]}`]
  await using store = await openStore({ home })
  const { trainingRunId } = run
  const steps = await store.runs.steps(trainingRunId)
  if (!isDeepStrictEqual(timeless(steps), timeless(undisturbed))) problems.push('other metrics than undisturbed')
  for (const { rolloutId } of steps) {
    const { length } = await store.runs.samples(trainingRunId, rolloutId)
    if (length !== tinyRecipe.rolloutBatchSize * tinyRecipe.nSamplesPerPrompt) problems.push(`${length} samples`)
  }
  const names = (await listCheckpoints(trainingRunId, { home })).map(({ name }) => name)
  if (names.join() !== 'iter_0000001,iter_0000002') problems.push(`checkpoints ${names.join(', ')}`)
  return problems
}

/** Fails for what only a model writes. */
function fussyReward({ response }: { readonly response: string }) {
  if (/[^\n -~]/.test(response)) throw new Error('nonsense')
  return response.length
}
