import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Engine } from '@training-gym/engine'
import { becomeRayWorker } from '../../../compute/ray/fake/ray-environment.test.support.js'
import { deriveSeed } from '../../../random/seeded-random.js'
import { pickPrompts } from '../../pick-prompts.js'
import { callHook, type PythonSample } from './call-hook.test.support.js'
import { optimizerStep, scoresOf } from './optimizer-step.test.support.js'
import { type PromptLine, sampleGroups } from './sample-groups.test.support.js'
import { readTracker, writeDataPosition, writeSlimeCheckpoint } from './slime-checkpoint.test.support.js'
import { readSlimeArguments, type SlimeArguments } from './slime-flags.test.support.js'
import { print, printMetrics } from './slime-lines.test.support.js'

/**
 * Stands in for slime's `train.py` where there is no GPU: reads its flags, samples with the built-in engine, asks the real
 * reward server, calls the gym's own hooks in a real Python, takes real optimizer steps, prints slime's lines and writes
 * slime's checkpoints. The same seed gives the same run, also when it was resumed.
 *
 * STAND_IN_FAULT breaks it on purpose: `die:3` ends it with code 1 in rollout 3, `hang:3` stops it there for good,
 * `pause:3` waits there for two seconds, `no-save:4` throws in the save after rollout 4, `no-position:4` after it, before the
 * data position is kept. STAND_IN_FAULT_ONCE names a file: the fault happens only when it is
 * missing, and makes it. STAND_IN_THREADS sets the threads of the engine, STAND_IN_MAX_TOKENS bounds every response: this
 * machine is slow.
 */
const args = readSlimeArguments(process.argv.slice(2))
try {
  // All that slime does, hooks and training, it does in workers of Ray.
  becomeRayWorker()
  await train(args)
  process.exit(0)
} catch (error) {
  process.stderr.write(`Traceback (most recent call last):\nRuntimeError: ${String(error)}\n`)
  process.exit(1)
}

async function train(args: SlimeArguments): Promise<void> {
  const save = args.text('--save')
  const resumed = await readTracker(args.text('--load', save), args)
  const base = args.text('--hf-checkpoint')
  const threads = Number(process.env.STAND_IN_THREADS ?? 1)
  await using engine = await Engine.open({ modelPath: resumed?.weights ?? base, isTrainable: true, threads })
  if (resumed !== null) await engine.restore(resumed.weights, resumed.stateFile)
  const rows = await readLines(args.text('--prompt-data'))
  const [evalName = 'eval', evalFile] = args.values('--eval-prompt-data')
  const evalRows = evalFile === undefined ? null : await readLines(evalFile)
  const evalInterval = args.has('--eval-interval') ? args.number('--eval-interval') : null
  const numRollout = args.number('--num-rollout')
  const saveInterval = args.number('--save-interval', numRollout)
  const start = resumed?.nextRollout ?? 0
  const batchesTaken = resumed?.batchesTaken ?? 0
  const evaluate = async (rollout: number) => {
    if (evalRows === null || evalInterval === null) return
    await evaluateOn(engine, args, evalRows, { name: evalName, rollout })
  }

  if (start === 0 && !args.has('--skip-eval-before-train')) await evaluate(0)
  for (let rollout = start; rollout < numRollout; rollout++) {
    await breakOnPurpose(['die', 'hang', 'pause'], rollout)
    const batch = batchesTaken + rollout - start
    await trainRollout(engine, args, rows, { rollout, batch })
    const isLast = rollout === numRollout - 1
    if (isLast || (rollout + 1) % saveInterval === 0) {
      await breakOnPurpose(['no-save'], rollout)
      await writeSlimeCheckpoint(engine, args, { save, saveHf: args.text('--save-hf'), iteration: rollout })
      print('MegatronTrainRayActor', 'timer.py:32 - Timer save_model end (elapsed: 0.1s)')
      await breakOnPurpose(['no-position'], rollout)
      await writeDataPosition(save, rollout, batch + 1)
    }
    if (evalInterval !== null && (rollout + 1) % evalInterval === 0) await evaluate(rollout)
  }
}

/** Samples the batch of that number of the dataset, and takes a step. */
async function trainRollout(
  engine: Engine,
  args: SlimeArguments,
  rows: readonly PromptLine[],
  { rollout, batch }: { readonly rollout: number; readonly batch: number },
) {
  const seed = args.number('--rollout-seed', 42)
  const n = args.number('--n-samples-per-prompt', 1)
  const places = pickPrompts(rows.length, args.number('--rollout-batch-size'), batch, seed)
  const from = performance.now()
  const prompts = places.map((place, group) => ({
    line: rows[place] as PromptLine,
    seeds: Array.from({ length: n }, (_, sample) => deriveSeed(seed, rollout, group, sample)),
  }))
  const groups = await sampleGroups(engine, args, prompts, {
    temperature: args.number('--rollout-temperature', 1),
    maxNewTokens: bounded(args.number('--rollout-max-response-len')),
  })
  const rolloutSeconds = (performance.now() - from) / 1000
  await callSampleHook(args, groups.flat(), { rollout })
  const scores = groups.flatMap((group) => scoresOf(args, group))
  const lengths = groups.flatMap(lengthsOf).sort((a, b) => a - b)
  const truncated = groups.flat().filter(({ status }) => status === 'truncated').length / scores.length
  const flat = groups.filter((group) => new Set(scoresOf(args, group)).size === 1).length
  printMetrics('RolloutManager', 'perf', rollout, {
    'rollout/response_len/mean': mean(lengths),
    'rollout/response_len/median': lengths[lengths.length >> 1] ?? 0,
    'rollout/response_len/max': lengths.at(-1) ?? 0,
    'rollout/response_len/min': lengths[0] ?? 0,
    'rollout/truncated_ratio': truncated,
    ...(flat > 0 && { 'rollout/zero_std/count_0.0': flat }),
    'perf/rollout_time': rolloutSeconds,
  })
  print('RolloutManager', `rollout.py:12 - Finish rollout: ${rollout}`)
  const result = await optimizerStep(engine, args, groups)
  printMetrics('MegatronTrainRayActor', 'rollout', rollout, {
    'rollout/raw_reward': mean(scores),
    'rollout/rewards': 0,
    'rollout/response_lengths': mean(lengths),
    'rollout/truncated': truncated,
  })
  printMetrics('MegatronTrainRayActor', 'step', rollout, {
    'train/loss': result?.loss ?? 0,
    'train/pg_loss': result?.loss ?? 0,
    'train/entropy_loss': result?.entropy ?? 0,
    'train/pg_clipfrac': result?.clipShare ?? 0,
    'train/grad_norm': result?.gradNorm ?? 0,
    'train/lr-pg_0': args.number('--lr'),
    'train/step': rollout,
  })
  printMetrics('MegatronTrainRayActor', 'perf', rollout, {
    'perf/actor_train_time': result?.seconds ?? 0,
    'perf/step_time': (performance.now() - from) / 1000,
  })
}

/** Calls the hook for samples as slime does: right after sampling, for those of an evaluation another one. */
async function callSampleHook(
  args: SlimeArguments,
  samples: readonly PythonSample[],
  { rollout, dataset }: { readonly rollout: number; readonly dataset?: string },
): Promise<void> {
  const flag = dataset === undefined ? '--custom-rollout-log-function-path' : '--custom-eval-rollout-log-function-path'
  const hook = args.text(flag, '')
  if (hook === '') return
  const named = { reward_key: args.text('--reward-key') }
  const place = { rollout_id: rollout, ...(dataset !== undefined && { dataset }) }
  const called = await callHook({ kind: 'keep', hook, args: named, samples, ...place }, process.env)
  if (called === null) print('RolloutManager', `rollout.py:11 - ${hook} is not called: there is no python3`)
}

function lengthsOf(group: readonly PythonSample[]): number[] {
  return group.map(({ response_length }) => response_length)
}

async function evaluateOn(
  engine: Engine,
  args: SlimeArguments,
  rows: readonly PromptLine[],
  { name, rollout }: { readonly name: string; readonly rollout: number },
): Promise<void> {
  const n = args.number('--n-samples-per-eval-prompt', 1)
  const prompts = rows.map((line, place) => ({
    line,
    seeds: Array.from({ length: n }, (_, sample) => deriveSeed(1, 'eval', rollout, place, sample)),
  }))
  const groups = await sampleGroups(engine, args, prompts, {
    temperature: args.number('--eval-temperature', args.number('--rollout-temperature', 1)),
    maxNewTokens: bounded(args.number('--eval-max-response-len', args.number('--rollout-max-response-len'))),
  })
  const samples = groups.flat()
  await callSampleHook(args, samples, { rollout, dataset: name })
  printMetrics('RolloutManager', 'eval', rollout, {
    [`eval/${name}`]: mean(groups.flatMap((group) => scoresOf(args, group))),
    [`eval/${name}/response_len/mean`]: mean(groups.flatMap(lengthsOf)),
    [`eval/${name}-truncated_ratio`]: samples.filter(({ status }) => status === 'truncated').length / samples.length,
  })
}

async function readLines(file: string): Promise<PromptLine[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => JSON.parse(line) as PromptLine)
}

async function breakOnPurpose(kinds: readonly string[], rollout: number): Promise<void> {
  const [kind = '', place] = (process.env.STAND_IN_FAULT ?? '').split(':')
  if (!kinds.includes(kind) || Number(place) !== rollout) return
  const once = process.env.STAND_IN_FAULT_ONCE
  if (once !== undefined) {
    const { writeFile } = await import('node:fs/promises')
    const isFirst = await writeFile(once, '', { flag: 'wx' }).then(
      () => true,
      () => false,
    )
    if (!isFirst) return
  }
  if (kind === 'hang') for (;;) await delay(1000)
  if (kind === 'pause') return void (await delay(2000))
  process.stderr.write(`Traceback (most recent call last):\nRuntimeError: ${kind} in rollout ${rollout}, on purpose\n`)
  process.exit(1)
}

function bounded(tokens: number): number {
  return Math.min(tokens, Number(process.env.STAND_IN_MAX_TOKENS ?? tokens))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
