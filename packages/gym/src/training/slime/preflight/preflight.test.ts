import { describe, expect, it } from 'vitest'
import { Qwen3_4B, Qwen3_30B_A3B } from '../../../models/catalogue.js'
import { generateHookPath } from '../../remote/generate-hook.js'
import type { SlimeFlags } from '../generated/slime-flags.js'
import { modelFlags } from '../model-flags.js'
import { slimeDefaults } from '../slime-defaults.js'
import { preflight, preflightRules, requirePreflight } from './preflight.js'
import type { PlannedRun } from './rule.js'

const model = new Qwen3_4B()
const good: PlannedRun = {
  flags: {
    ...slimeDefaults,
    ...modelFlags(model.facts),
    actorNumNodes: 1,
    actorNumGpusPerNode: 8,
    hfCheckpoint: '/models/Qwen3-4B',
    refLoad: '/models/Qwen3-4B',
    save: '/checkpoints/RUN',
    rmType: 'remote_rm',
    globalBatchSize: 128,
    maxTokensPerGpu: 9216,
  },
  host: 'modal',
  gpuCount: 8,
  gpuType: 'H100',
  variables: { HOME_COPY: '$HOME' },
  modelName: 'Qwen3-4B',
  facts: model.facts,
  datasetName: 'topics',
  rows: 100,
  appliesChatTemplate: true,
  evaluation: null,
  hasReward: true,
  playsEpisodes: false,
  image: 'slimerl/slime:nightly-dev-20260810a-cu129',
}

const experts = new Qwen3_30B_A3B()
const mixture: Partial<PlannedRun> = {
  modelName: 'Qwen3-30B-A3B',
  facts: experts.facts,
  flags: { ...good.flags, ...modelFlags(experts.facts) },
}

const evaluation: NonNullable<PlannedRun['evaluation']> = {
  datasetName: 'held-out',
  rows: 10,
  appliesChatTemplate: true,
  path: '/data/RUN/eval.jsonl',
}

/** What preflight says of the good run with some flags changed, and other facts. */
const said = (flags: SlimeFlags, facts: Partial<PlannedRun> = {}) =>
  preflight({ ...good, ...facts, flags: { ...good.flags, ...flags } })

const cases: readonly [string, SlimeFlags, Partial<PlannedRun>, string][] = [
  [
    'whole-steps',
    { globalBatchSize: 100 },
    {},
    "globalBatchSize 100 does not divide a rollout's 128 samples (rolloutBatchSize 16 times nSamplesPerPrompt 8); leave it out, or give a divisor of 128",
  ],
  [
    'steps-agree',
    { globalBatchSize: 64, numStepsPerRollout: 1 },
    {},
    'globalBatchSize 64 and numStepsPerRollout 1 disagree: 128 samples in 1 steps are 128 each; leave one of the two out',
  ],
  [
    'even-shares',
    { rolloutBatchSize: 5, nSamplesPerPrompt: 4, globalBatchSize: 20 },
    {},
    'a step trains on 20 samples, which Megatron must share out evenly among 8 copies of the model (8 GPUs of training, 1 to a copy): it takes multiples of 8; give rolloutBatchSize 4 or 6, and leave globalBatchSize and numStepsPerRollout out',
  ],
  [
    'off-policy',
    { globalBatchSize: 32 },
    {},
    'each rollout makes 4 optimizer steps, so all but the first train on samples of an older policy; for one step leave globalBatchSize and numStepsPerRollout out',
  ],
  [
    'group-of-one',
    { nSamplesPerPrompt: 1, globalBatchSize: 16 },
    {},
    'nSamplesPerPrompt is 1, and a sample alone in its group has advantage zero under grpo; give at least 2',
  ],
  ['positive-counts', { numRollout: 0 }, {}, 'numRollout is 0; give a whole number of at least 1'],
  [
    'over-sampling',
    { overSamplingBatchSize: 8 },
    {},
    'overSamplingBatchSize 8 is below rolloutBatchSize 16; give at least as much, or leave it out',
  ],
  [
    'rows-fill-a-batch',
    {},
    { rows: 10 },
    'dataset topics has 10 rows and a rollout asks for 16 prompts, so every row is written 2 times and rollouts repeat prompts',
  ],
  ['has-rows', {}, { rows: 0 }, 'dataset topics has no rows; give it at least one'],
  [
    'kl-needs-reference',
    { useKlLoss: true, refLoad: undefined },
    {},
    'useKlLoss compares with the weights that the run starts from, which must be a folder in the training machine, but they are at null; give an absolute path',
  ],
  [
    'one-kl',
    { klCoef: 0.1, klLossCoef: 0.2, useKlLoss: true },
    {},
    'klCoef 0.1 and klLossCoef 0.2 both punish the distance from the reference; set one of the two to 0',
  ],
  ['kl-loss-is-on', { klLossCoef: 0.01 }, {}, 'klLossCoef 0.01 has no effect without useKlLoss: true'],
  [
    'temperature-above-zero',
    { rolloutTemperature: 0 },
    {},
    'rolloutTemperature is 0: greedy samples of one prompt are all the same and teach nothing; give more than 0, e.g. 1',
  ],
  [
    'normalized-advantages',
    { advantageEstimator: 'reinforce_plus_plus' },
    {},
    'advantageEstimator reinforce_plus_plus needs normalizeAdvantages: true',
  ],
  [
    'eval-needs-data',
    { evalInterval: 5 },
    {},
    'evalInterval is 5 and there is nothing to evaluate on; give TrainConfig an evalDataset, or leave evalInterval out',
  ],
  [
    'eval-data-in-pairs',
    { evalPromptData: ['/data/eval.jsonl'] },
    {},
    "evalPromptData has 1 entries; it takes pairs of a name and a path: ['haiku', '/data/eval.jsonl']",
  ],
  [
    'one-reward',
    {},
    { hasReward: false, flags: { ...good.flags, rmType: undefined } },
    'SlimeRecipe needs a reward: give it as customRmFunction, or give TrainConfig a reward',
  ],
  [
    'one-reward',
    { customRmPath: 'my.reward' },
    {},
    'customRmPath my.reward and customRmFunction are two rewards, and slime would take the first without a word; leave one of the two out',
  ],
  [
    'one-eval-data',
    { evalPromptData: ['mine', '/data/mine.jsonl'] },
    { evaluation },
    'evalPromptData ["mine","/data/mine.jsonl"] and evalDataset held-out are two things to evaluate on, and slime would take the first only; leave one of the two out',
  ],
  [
    'one-eval-data',
    { evalPromptData: ['held-out', evaluation.path], evalConfig: '/data/eval.yaml' },
    { evaluation },
    'evalConfig /data/eval.yaml and evalDataset held-out are two things to evaluate on, and slime would take the first only; leave one of the two out',
  ],
  [
    'one-chat-template',
    { evalPromptData: ['held-out', evaluation.path] },
    { evaluation: { ...evaluation, appliesChatTemplate: false } },
    'dataset topics has applyChatTemplate true and evalDataset held-out has false, but slime treats both alike; give both the same',
  ],
  [
    'eval-size',
    { evalPromptData: ['held-out', evaluation.path], evalInterval: 5, nSamplesPerEvalPrompt: 4 },
    { evaluation: { ...evaluation, rows: 200 } },
    'each evaluation samples 800 responses (200 rows of held-out, nSamplesPerEvalPrompt 4), more than the 640 of the 5 rollouts between two of them; for a shorter run give it fewer rows or a larger evalInterval',
  ],
  [
    'one-reward',
    { groupRm: true },
    {},
    'groupRm does nothing for customRmFunction, which scores one sample at a time, and ends evaluations; leave it out',
  ],
  [
    'one-way-to-generate',
    { customGenerateFunctionPath: 'my.generate' },
    { playsEpisodes: true },
    'customGenerateFunctionPath my.generate and customGenerateFunction are two ways to generate; leave one of the two out',
  ],
  [
    'top-p-of-episodes',
    { rolloutTopP: 0.9, customGenerateFunctionPath: generateHookPath },
    { playsEpisodes: true },
    'rolloutTopP is 0.9, for which slime needs to know which tokens every draw chose from, and an environment played by customGenerateFunction does not bring them; leave rolloutTopP out',
  ],
  [
    'known-architecture',
    { numLayers: undefined, rotaryBase: undefined },
    {},
    "slime builds model Qwen3-4B from flags, and numLayers, rotaryBase are not known; take a model of the catalogue, e.g. Qwen3_4B, or give them as options of SlimeRecipe (they stand in the model's config.json)",
  ],
  [
    'local-weights',
    { hfCheckpoint: 'Qwen/Qwen3-4B' },
    {},
    'the weights must be a folder in the training machine, since slime copies their config into every checkpoint, but they are at "Qwen/Qwen3-4B"; give an absolute path',
  ],
  [
    'save-has-a-place',
    { save: undefined },
    {},
    'saveInterval is 5 and there is no folder to save to; give a checkpoints folder',
  ],
  [
    'gpus-per-node',
    { actorNumGpusPerNode: 4 },
    { gpuCount: 4 },
    'numGpusPerNode is 8 and the run has 4 GPUs, so slime would wait for GPUs that never come; leave numGpusPerNode out',
  ],
  [
    'gpus-are-shared-out',
    { colocate: false },
    {},
    'without colocate, training and sampling need GPUs of their own, and 8 for training and none for sampling do not fit 8; give rolloutNumGpus between 1 and 7, or colocate: true',
  ],
  [
    'one-machine',
    { actorNumNodes: 2 },
    {},
    'actorNumNodes is 2, and a Modal sandbox is one machine of up to 8 GPUs; use compute ray({ address }) for more',
  ],
  [
    'model-split-fits',
    { contextParallelSize: 3 },
    {},
    'the model is split over 3 GPUs (tensor 1, pipeline 1, context 3), which does not divide the 8 of training; change tensorModelParallelSize or gpuCount',
  ],
  [
    'heads-split-evenly',
    { rolloutNumGpusPerEngine: 3, rolloutBatchSize: 12, globalBatchSize: 96 },
    { gpuCount: 6, flags: { ...good.flags, actorNumGpusPerNode: 6, numGpusPerNode: 6 } },
    "rolloutNumGpusPerEngine is 3, which does not divide the model's 32 heads and 8 key-value heads; give 1, 2, 4 or 8",
  ],
  [
    'experts-split-fits',
    { expertModelParallelSize: 8, expertTensorParallelSize: 1 },
    { ...mixture, gpuCount: 4, flags: { ...mixture.flags, actorNumGpusPerNode: 4, numGpusPerNode: 4 } },
    'the 128 experts are split over 8 GPUs (expert 8, tensor 1, pipeline 1), which does not divide the 4 of training and the experts; change expertModelParallelSize or gpuCount',
  ],
  [
    'weights-fit-a-gpu',
    {},
    mixture,
    'weights and gradients of Qwen3-30B-A3B take 184 GB of each H100, which has 80; raise expertModelParallelSize, or choose a GPU with more memory',
  ],
  [
    'weights-fit-a-gpu',
    {},
    { gpuType: 'T4' },
    'weights and gradients of Qwen3-4B take 25 GB of each T4, which has 16; raise tensorModelParallelSize, or choose a GPU with more memory',
  ],
  [
    'variables-reach-ray',
    {},
    { host: 'ray' },
    'env has a "$" before a name in HOME_COPY, which Ray would replace for the workers of the training; write it without, or set it in the environment of the nodes',
  ],
  [
    'engines-fit',
    { rolloutNumGpusPerEngine: 8 },
    { gpuCount: 4, flags: { ...good.flags, actorNumGpusPerNode: 4, numGpusPerNode: 4 } },
    'rolloutNumGpusPerEngine is 8, which does not divide the 4 GPUs that sample; give a divisor',
  ],
  [
    'tokens-are-bounded',
    { maxTokensPerGpu: undefined },
    {},
    'useDynamicBatchSize needs maxTokensPerGpu; give e.g. 9216',
  ],
  [
    'response-fits-a-gpu',
    { rolloutMaxResponseLen: 16_384 },
    {},
    'a response may have 16384 tokens and a GPU trains on 9216 at a time, so the longest ones may not fit its memory; raise maxTokensPerGpu or contextParallelSize, or lower rolloutMaxResponseLen',
  ],
  [
    'response-fits-the-context',
    { rolloutMaxResponseLen: 50_000, maxTokensPerGpu: 60_000 },
    {},
    'a response may have 50000 tokens, and prompt and response of Qwen3-4B together at most 40960; lower rolloutMaxResponseLen',
  ],
  [
    'disk-transport-has-a-folder',
    { updateWeightTransport: 'disk' },
    {},
    "updateWeightTransport 'disk' needs updateWeightDiskDir, a folder that trainer and engines both see, e.g. '/tmp/weights'",
  ],
  [
    'image-of-the-table',
    {},
    { image: 'mine:1' },
    'image mine:1 is not the one whose flags are known (slimerl/slime:nightly-dev-20260810a-cu129): a flag that its slime does not have is ignored there without a word',
  ],
]

describe('preflight', () => {
  it('says nothing of a good run', () => {
    expect(said({})).toEqual([])
  })

  it.each(cases)('%s', (rule, flags, facts, message) => {
    const base = facts.flags ?? good.flags
    const findings = preflight({ ...good, ...facts, flags: { ...base, ...flags } })
    expect(findings.map((finding) => [finding.rule, finding.message])).toEqual([[rule, message]])
  })

  it('says nothing of the GPUs of a cluster that nobody has named', () => {
    expect(said({}, { ...mixture, gpuType: null })).toEqual([])
  })

  it('has a case for every rule', () => {
    const shown = new Set(cases.map(([rule]) => rule))
    expect(preflightRules.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
  })

  it('refuses all errors in one message and returns notices', () => {
    const broken = { ...good, rows: 0, flags: { ...good.flags, globalBatchSize: 100 } }
    expect(() => requirePreflight(broken)).toThrow(/^globalBatchSize 100 .*; also dataset topics has no rows/)
    expect(requirePreflight({ ...good, rows: 10 })).toEqual([expect.stringMatching(/^dataset topics has 10 rows/)])
  })
})
