import { describe, expect, it } from 'vitest'
import type { SlimeFlags } from '../generated/slime-flags.js'
import { unevenShares } from './uneven-shares.js'

/** What is said of eight GPUs of training, each with a copy of the model of its own, unless flags say otherwise. */
const said = ({ rolloutBatchSize = 16, nSamplesPerPrompt = 8, ...flags }: SlimeFlags) =>
  unevenShares(
    { actorNumGpusPerNode: 8, useDynamicBatchSize: true, rolloutBatchSize, nSamplesPerPrompt, ...flags },
    rolloutBatchSize * nSamplesPerPrompt,
  )

// Megatron's own rule, num_microbatches_calculator.py: global_batch_size % (micro_batch_size * data_parallel_size) == 0.
describe('a step of slime', () => {
  it.each<[string, SlimeFlags]>([
    ['a copy on every GPU', {}],
    ['several steps', { globalBatchSize: 16 }],
    ['steps by their number', { numStepsPerRollout: 4 }],
    ['a few GPUs to a copy', { rolloutBatchSize: 5, nSamplesPerPrompt: 4, tensorModelParallelSize: 2 }],
    ['GPUs apart that only sample', { actorNumGpusPerNode: 4, rolloutBatchSize: 5, nSamplesPerPrompt: 4 }],
    ['two machines', { actorNumNodes: 2, pipelineModelParallelSize: 4, rolloutBatchSize: 3, nSamplesPerPrompt: 4 }],
    ['several samples at a time', { microBatchSize: 16 }],
    [
      'a batch that Megatron may round down',
      { globalBatchSize: 1, rolloutBatchSize: 1, decreaseBatchSizeIfNeeded: true, actorNumGpusPerNode: 1 },
    ],
    ['a batch that grows', { globalBatchSize: 4, rampupBatchSize: [4, 4, 16] }],
    ['what another rule tells: no whole steps', { globalBatchSize: 100 }],
    ['what another rule tells: a split that does not fit', { tensorModelParallelSize: 3 }],
  ])('is as Megatron wants it: %s', (_, flags) => {
    expect(said(flags)).toBeUndefined()
  })

  it.each<[SlimeFlags, string]>([
    [
      { globalBatchSize: 4 },
      'a step trains on 4 samples, which Megatron must share out evenly among 8 copies of the model (8 GPUs of training, 1 to a copy): it takes multiples of 8; give globalBatchSize 8',
    ],
    [
      { rolloutBatchSize: 6, nSamplesPerPrompt: 8, globalBatchSize: 12 },
      'multiples of 8; give globalBatchSize 8 or 16',
    ],
    [
      { rolloutBatchSize: 2, nSamplesPerPrompt: 2 },
      'give rolloutBatchSize 4, and leave globalBatchSize and numStepsPerRollout out',
    ],
    [
      { actorNumGpusPerNode: 5 },
      'among 5 copies of the model (5 GPUs of training, 1 to a copy): it takes multiples of 5; give rolloutBatchSize 15 or 20, and',
    ],
    [{ numStepsPerRollout: 3 }, 'a step trains on 42 samples, which'],
    [{ numStepsPerRollout: 3 }, 'give numStepsPerRollout 2 or 4'],
    [{ numStepsPerRollout: 32 }, 'a step trains on 4 samples, .*; give numStepsPerRollout 16$'],
    [
      { microBatchSize: 32 },
      'among 8 copies .*, microBatchSize 32 at a time: it takes multiples of 256; leave microBatchSize out, which has no use with useDynamicBatchSize',
    ],
    [{ microBatchSize: 32, useDynamicBatchSize: false }, 'it takes multiples of 256; give rolloutBatchSize 32, and'],
    [{ globalBatchSize: 4, decreaseBatchSizeIfNeeded: true }, 'a step trains on 4 samples'],
  ])('is refused where Megatron would end the run at its start: %j', (flags, message) => {
    expect(said(flags)).toMatch(new RegExp(message.replace(/[()]/g, '\\$&')))
  })
})
