// What surrounds the walkthrough: its options, its JSON report, and its last words.
import { setMaxListeners } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  type Comparison,
  type EvalResult,
  GymError,
  type OnProgress,
  type SlimePlan,
  type TrainResult,
} from 'training-gym'

export interface TutorialResults {
  readonly evals: readonly EvalResult[]
  readonly comparisons: readonly Comparison[]
  readonly runs: readonly TrainResult[]
}

/** How each part of the walkthrough is watched and ended. */
export interface WatchOptions {
  /** Aborted by Ctrl-C, by `training-gym stop` and by a closed terminal. */
  readonly signal: AbortSignal
  /** Undefined means progress on standard error. */
  readonly onProgress: OnProgress | undefined
}

/**
 * Reads `--json FILE`, `--seed N`, `--compute local|modal`, `--dry-run`, `--quiet`, and watches time, memory and Ctrl-C until
 * `finish`.
 */
export function startReport(args: readonly string[]) {
  const { json, seed, isLocal, isDryRun, isQuiet } = readOptions(args)
  const watch: WatchOptions = { signal: watchInterrupt(), onProgress: isQuiet ? () => {} : undefined }
  const started = performance.now()
  const memory = watchMemory()

  return {
    seed,
    isLocal,
    isDryRun,
    watch,
    /** Writes and shows what a training on GPUs would be, and ends the walkthrough: nothing was started. */
    stopAtPlan(plan: SlimePlan): never {
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(plan, null, 2)}\n`)
      console.log(describePlan(plan))
      process.exit(0)
    },
    /** Writes the JSON report, if one was asked for, and says what to try next. */
    async finish({ evals, comparisons, runs }: TutorialResults): Promise<void> {
      const seconds = Math.round((performance.now() - started) / 100) / 10
      const peakRssMb = memory.stop()
      const report = {
        evals: evals.map(({ name, mean, ci, scored, details, diversity }) => ({
          name,
          mean,
          ci,
          n: scored,
          exactShare: details.exact ?? null,
          topicShare: details.topic ?? null,
          distinct2: diversity.distinct2,
          topLine: diversity.topLine,
        })),
        comparisons: comparisons.map(({ a, b, difference, ci, p, verdict }) => ({ a, b, difference, ci, p, verdict })),
        runs: runs.map(({ trainingRunId, checkpoints }) => ({
          trainingRunId,
          checkpoints: checkpoints.map(({ path }) => path),
        })),
        seconds,
        peakRssMb,
        seed,
      }
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
      console.log(`\nDone in ${seconds} s, with at most ${peakRssMb} MB of memory (seed ${seed}).`)
      console.log(lastWords)
    },
  }
}

function describePlan({ gpu, costPerHour, priceAsOf, shape, image, files, env, args, notices }: SlimePlan): string {
  const price = costPerHour === null ? 'at a price that is not known' : `for $${costPerHour} an hour`
  const since = priceAsOf === null ? '' : ` (list price of ${priceAsOf})`
  return [
    `would train for ${shape.numRollout} rollouts on ${gpu} ${price}${since}, in image ${image.from}`,
    `with files ${Object.keys(files).join(', ')}`,
    `with variables ${Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    `with arguments ${args.join(' ')}`,
    ...notices.map((notice) => `note: ${notice}`),
  ].join('\n')
}

const lastWords = `
Try next:
  npx training-gym dashboard                   the web page: curves, every sample, comparisons prompt by prompt
  npx training-gym runs latest                 what the last training measured, rollout by rollout
  npx training-gym chat <checkpoint folder>    talk to the poet you trained
  npx training-gym evals                       every evaluation; compare any two with: training-gym compare <a> <b>
  npx training-gym tutorial --seed 7           the same with other luck
  npx training-gym tutorial --compute modal    Qwen3-4B on Modal's GPUs, for your money; --dry-run says what it would do`

function readOptions(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { json: text, seed: text, compute: text, 'dry-run': flag, quiet: flag } as const
  const { values } = parseArgs({ args: [...args], options })
  const seed = Number(values.seed ?? 0)
  if (!Number.isInteger(seed) || seed < 0) {
    throw new GymError('config', 'bad-options', `--seed is ${values.seed}; give a whole number of at least 0`)
  }
  const compute = values.compute ?? 'local'
  if (compute !== 'local' && compute !== 'modal') {
    throw new GymError('config', 'bad-options', `--compute is ${compute}; give local or modal`)
  }
  const isDryRun = values['dry-run'] === true
  return { json: values.json, seed, isLocal: compute === 'local', isDryRun, isQuiet: values.quiet === true }
}

/** The first signal asks what is under way to keep what it has and end; without a listener left, the next ends the process. */
function watchInterrupt(): AbortSignal {
  const interrupt = new AbortController()
  setMaxListeners(0, interrupt.signal) // every sample that is scored listens
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interrupt.abort(new GymError('interrupted', 'interrupted', 'interrupted')))
  }
  return interrupt.signal
}

/** Samples the memory of this process and its servers together; where /proc is missing, of this process alone. */
function watchMemory() {
  let peakBytes = 0
  const sample = () => {
    peakBytes = Math.max(peakBytes, treeRss(process.pid))
  }
  const timer = setInterval(sample, 250)
  timer.unref()
  return {
    stop(): number {
      sample()
      clearInterval(timer)
      return Math.round(Math.max(peakBytes / 1e6, process.resourceUsage().maxRSS / 1e3))
    },
  }
}

function treeRss(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    const tasks = readdirSync(`/proc/${pid}/task`)
    const children = tasks.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
    const below = children.filter((child) => child !== '').map((child) => treeRss(Number(child)))
    return below.reduce((sum, bytes) => sum + bytes, pages * 4096)
  } catch {
    return 0
  }
}
