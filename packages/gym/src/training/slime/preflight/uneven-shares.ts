import type { SlimeFlags } from '../generated/slime-flags.js'

/**
 * Tells what is wrong when Megatron cannot share a step's samples out evenly among the copies of the model; undefined where it
 * can, or another rule tells already. Megatron insists on it at its start, by its own micro-batch size, also with
 * `useDynamicBatchSize`, under which slime itself makes no use of that size.
 */
export function unevenShares(flags: SlimeFlags, samples: number): string | undefined {
  const { tensorModelParallelSize: tensor = 1, pipelineModelParallelSize: pipeline = 1 } = flags
  const { contextParallelSize: context = 1, microBatchSize = 1, numStepsPerRollout, globalBatchSize } = flags
  // Those that only sample do not count.
  const gpus = (flags.actorNumGpusPerNode ?? 8) * (flags.actorNumNodes ?? 1)
  const split = tensor * pipeline * context
  const batch = globalBatchSize ?? Math.floor(samples / (numStepsPerRollout ?? 1))
  const isToldByOthers = split < 1 || gpus % split !== 0 || (globalBatchSize !== undefined && samples % batch !== 0)
  // Megatron counts a batch that grows in another way.
  if (isToldByOthers || batch < 1 || microBatchSize < 1 || flags.rampupBatchSize !== undefined) return undefined
  const copies = gpus / split
  const unit = copies * microBatchSize
  const isRoundedDown = flags.decreaseBatchSizeIfNeeded === true && flags.useDynamicBatchSize === true && batch >= unit
  if (batch % unit === 0 || isRoundedDown) return undefined
  const atOnce = microBatchSize === 1 ? '' : `, microBatchSize ${microBatchSize} at a time`
  const what = `a step trains on ${batch} samples, which Megatron must share out evenly among ${copies} copies of the model (${gpus} GPUs of training, ${split} to a copy)${atOnce}: it takes multiples of ${unit}`
  return `${what}; ${wayOut(flags, { samples, batch, copies, unit })}`
}

interface Shares {
  readonly samples: number
  readonly batch: number
  readonly copies: number
  /** A step must be a multiple of it. */
  readonly unit: number
}

function wayOut(flags: SlimeFlags, { samples, batch, copies, unit }: Shares): string {
  const { numStepsPerRollout: steps, nSamplesPerPrompt = 1, rolloutBatchSize = 1 } = flags
  if (flags.useDynamicBatchSize === true && batch % copies === 0) {
    return 'leave microBatchSize out, which has no use with useDynamicBatchSize'
  }
  const sizes = multiples(unit, samples).filter((size) => samples % size === 0)
  if (sizes.length > 0 && steps === undefined) return `give globalBatchSize ${nearest(sizes, batch)}`
  if (sizes.length > 0 && steps !== undefined) {
    const counts = sizes.map((size) => samples / size).reverse()
    return `give numStepsPerRollout ${nearest(counts, steps)}`
  }
  // No step of this rollout will do: so many prompts more or fewer make whole units.
  const prompts = unit / greatestDivisor(unit, nSamplesPerPrompt)
  const rollouts = multiples(prompts, rolloutBatchSize + prompts)
  return `give rolloutBatchSize ${nearest(rollouts, rolloutBatchSize)}, and leave globalBatchSize and numStepsPerRollout out`
}

function multiples(unit: number, most: number): number[] {
  return Array.from({ length: Math.floor(most / unit) }, (_, place) => (place + 1) * unit)
}

/** Names the largest below and the smallest above; the numbers rise. */
function nearest(numbers: readonly number[], wanted: number): string {
  const below = numbers.filter((number) => number < wanted).at(-1)
  const above = numbers.find((number) => number > wanted)
  return [below, above].filter((number) => number !== undefined).join(' or ')
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
