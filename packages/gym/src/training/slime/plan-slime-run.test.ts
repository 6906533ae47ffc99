import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../../datasets/in-memory-dataset.js'
import { Qwen3_0_6B, Qwen3_4B, Qwen3_8B, Qwen3_14B, Qwen3_30B_A3B, Qwen3_32B } from '../../models/catalogue.js'
import { HuggingFaceModel } from '../../models/hugging-face-model.js'
import type { Model } from '../../models/model.js'
import type { DatasetRow } from '../../trip.js'
import type { SlimeRecipeOptions } from '../slime-recipe.js'
import { flagArguments } from './flag-arguments.js'
import { slimeFlags } from './generated/slime-flags.js'
import { modelFlags } from './model-flags.js'
import { planSlimeRun, type SlimePlanRequest } from './plan-slime-run.js'
import { trainScript } from './train-script.js'

const topics = ['moon', 'rain', 'old pond']
const dataset = new InMemoryDataset({ rows: topics.map((input) => ({ input })), name: 'topics' })
let rows: readonly DatasetRow[]

const tutorial: SlimeRecipeOptions = {
  customRmFunction: () => 0,
  numRollout: 10,
  rolloutBatchSize: 16,
  rolloutTemperature: 1,
  saveInterval: 5,
  gpuType: 'H100',
  colocate: true,
  rolloutMaxResponseLen: 4096,
}

function plan(options: SlimeRecipeOptions = tutorial, changes: Partial<SlimePlanRequest> = {}) {
  return planSlimeRun({
    trainingRunId: 'RUN',
    options: { ...options },
    model: new Qwen3_4B(),
    train: { dataset, rows },
    host: 'modal',
    ...changes,
  })
}

/** Arguments as flag -> values, so that order and spelling of numbers (1e-6, 0.000001) do not matter. */
function byFlag(args: readonly string[]): Record<string, readonly (string | number)[]> {
  const flags: Record<string, (string | number)[]> = {}
  let last = ''
  for (const arg of args) {
    if (arg.startsWith('--')) {
      expect(flags, arg).not.toHaveProperty([arg])
      last = arg
      flags[last] = []
    } else flags[last]?.push(Number.isNaN(Number(arg)) ? arg : Number(arg))
  }
  return flags
}

beforeEach(async () => {
  rows = await dataset.load()
})

describe('planSlimeRun', () => {
  it('writes the arguments of the haiku tutorial on Qwen3-4B as slime takes them', () => {
    const expected = `--actor-num-nodes 1 --actor-num-gpus-per-node 8 --colocate
      --swiglu --num-layers 36 --hidden-size 2560 --ffn-hidden-size 9728 --num-attention-heads 32
      --group-query-attention --num-query-groups 8 --use-rotary-position-embeddings --disable-bias-linear
      --normalization RMSNorm --norm-epsilon 1e-6 --rotary-base 1000000 --vocab-size 151936 --kv-channels 128
      --qk-layernorm
      --hf-checkpoint /models/Qwen3-4B --ref-load /models/Qwen3-4B --load /checkpoints/RUN --save /checkpoints/RUN
      --save-interval 5 --save-hf /checkpoints/RUN/iter_{rollout_id:07d}_hf
      --prompt-data /data/RUN/train.jsonl --input-key messages --label-key row --apply-chat-template
      --apply-chat-template-kwargs {"enable_thinking":false} --rollout-shuffle
      --num-rollout 10 --rollout-batch-size 16 --n-samples-per-prompt 8 --rollout-max-response-len 4096
      --rollout-temperature 1 --global-batch-size 128 --balance-data --rollout-seed 0 --seed 1
      --rm-type remote_rm --rm-url http://127.0.0.1:8787/score --reward-key score
      --custom-rollout-log-function-path gym_samples.keep
      --custom-eval-rollout-log-function-path gym_samples.keep_evaluation
      --eval-interval 5 --eval-prompt-data topics /data/RUN/eval.jsonl --n-samples-per-eval-prompt 4
      --eval-max-response-len 4096
      --advantage-estimator grpo --eps-clip 0.2 --eps-clip-high 0.28 --kl-loss-type low_var_kl --kl-loss-coef 0
      --entropy-coef 0 --optimizer adam --lr 1e-6 --lr-decay-style constant --weight-decay 0.1 --adam-beta1 0.9
      --adam-beta2 0.98 --tensor-model-parallel-size 1 --pipeline-model-parallel-size 1 --context-parallel-size 1
      --recompute-granularity full --recompute-method uniform --recompute-num-layers 1
      --use-dynamic-batch-size --max-tokens-per-gpu 9216
      --rollout-num-gpus-per-engine 1 --sglang-mem-fraction-static 0.7 --sglang-cuda-graph-backend-prefill disabled
      --use-fault-tolerance --rollout-health-check-first-wait 300 --attention-dropout 0 --hidden-dropout 0
      --accumulate-allreduce-grads-in-fp32 --attention-softmax-in-fp32 --attention-backend flash
      --use-tensorboard --tb-project-name gym --tb-experiment-name RUN`
    const { args } = plan(tutorial, { evaluation: { dataset, rows } })
    expect(byFlag(args)).toEqual(byFlag(expected.trim().split(/\s+/)))
  })

  it('gives environment, image, GPUs, cost an hour and every file of the run', () => {
    const planned = plan()
    expect(planned).toMatchObject({ gpu: 'H100:8', costPerHour: 31.59, priceAsOf: '2026-05-07' })
    expect(planned.shape).toEqual({ numRollout: 10, rolloutBatchSize: 16, nSamplesPerPrompt: 8, stepsPerRollout: 1 })
    expect(plan({ ...tutorial, globalBatchSize: 32 }).shape.stepsPerRollout).toBe(4)
    expect(planned.env).toEqual({
      PYTHONPATH: '/root/Megatron-LM/:/data/RUN',
      CUDA_DEVICE_MAX_CONNECTIONS: '1',
      NCCL_NVLS_ENABLE: '0',
      PYTHONUNBUFFERED: '1',
      MASTER_ADDR: '127.0.0.1',
      no_proxy: '127.0.0.1',
      TENSORBOARD_DIR: '/checkpoints/RUN/tensorboard',
      GYM_SAMPLES: '/checkpoints/RUN/samples',
      GYM_SAMPLE_TOKENS: '65536',
      GYM_RUN: 'RUN',
      GYM_DATA: '/data/RUN',
      GYM_CKPT: '/checkpoints/RUN',
      GYM_GPUS: '8',
      GYM_REWARD_HOST: '127.0.0.1',
      GYM_REWARD_PORT: '8787',
    })
    expect(Object.keys(planned.files).sort()).toEqual(
      ['entry.sh', 'gym_samples.py', 'reward.mjs', 'runtime_env.json', 'server.mjs', 'train.jsonl', 'train.sh'].map(
        (name) => `/data/RUN/${name}`,
      ),
    )
    const trainingOnly = Object.entries(planned.env).filter(([name]) => !/^GYM_(?!SAMPLE)/.test(name))
    expect(JSON.parse(contentOf(planned, 'runtime_env.json'))).toEqual({ env_vars: Object.fromEntries(trainingOnly) })
    expect(JSON.parse(JSON.stringify(planned))).toEqual(planned)
  })

  it('writes each row once for messages and once for the reward, often enough for a batch', () => {
    const planned = plan()
    const lines = contentOf(planned, 'train.jsonl').trimEnd().split('\n')
    expect(lines).toHaveLength(18)
    const messages = [{ role: 'user', content: 'old pond' }]
    expect(JSON.parse(lines[2]!)).toEqual({ messages, row: { ...rows[2], messages } })
    expect(planned.notices).toEqual([
      'dataset topics has 3 rows and a rollout asks for 16 prompts, so every row is written 6 times and rollouts repeat prompts',
    ])
  })

  it('names the rows where they were not read', () => {
    expect(plan(tutorial, { train: { dataset } }).files['/data/RUN/train.jsonl']).toEqual({
      source: 'the rows of topics, one JSON object a line',
    })
  })

  it('lets options come over compute, and compute over the preset', () => {
    expect(plan({ ...tutorial, gpuType: undefined }).gpu).toBe('H100:8')
    expect(plan({ ...tutorial, gpuType: undefined }, { gpu: 'H200:4' })).toMatchObject({
      gpu: 'H200:4',
      costPerHour: null,
      priceAsOf: null,
    })
    expect(plan({ ...tutorial, gpuCount: 2 }, { gpu: 'H200:4' }).gpu).toBe('H100:2')
    // A kind alone keeps the number of the preset, as in serving.
    expect(plan({ ...tutorial, gpuType: undefined }, { gpu: 'A100-80GB' }).gpu).toBe('A100-80GB:8')
    expect(() => plan(tutorial, { gpu: 'H100:16' })).toThrow('asks for 16 GPUs, and one machine has 1 to 8')
    expect(() => plan(tutorial, { gpu: 'H100:x' })).toThrow('gpu "H100:x" is not understood')
    expect(plan({ ...tutorial, gpuPricePerHour: 2.5 })).toMatchObject({ costPerHour: 20, priceAsOf: null })
    expect(plan(tutorial, { host: 'ray' }).costPerHour).toBeNull()
  })

  it('knows the price of a kind of GPU in every way in which Modal takes its name', () => {
    const priceOf = (gpu: string) => plan({ ...tutorial, gpuType: undefined }, { gpu }).costPerHour
    expect(['H100:8', 'H100!:8', 'h100:8'].map(priceOf)).toEqual([31.59, 31.59, 31.59])
    expect(priceOf('a100-80gb:2')).toBe(priceOf('A100-80GB:2'))
    expect(priceOf('X9:8')).toBeNull()
  })

  it('lets a resumed run have another length than its checkpoint, of which Megatron keeps the schedule', () => {
    const flag = '--override-opt-param-scheduler'
    const resumed = (options: SlimeRecipeOptions) => plan({ ...tutorial, ...options }, { isResumed: true }).args
    expect(plan().args).not.toContain(flag)
    expect(resumed({})).toContain(flag)
    // Megatron refuses both at once.
    expect(resumed({ useCheckpointOptParamScheduler: true })).not.toContain(flag)
    expect(resumed({ overrideOptParamScheduler: false })).not.toContain(flag)
  })

  it('tells slime about fewer than 8 GPUs, and shares them out without colocate', () => {
    expect(byFlag(plan({ ...tutorial, gpuCount: 4 }).args)).toMatchObject({
      '--actor-num-gpus-per-node': [4],
      '--num-gpus-per-node': [4],
    })
    const apart = byFlag(plan({ ...tutorial, colocate: false, rolloutNumGpus: 4 }).args)
    expect(apart).toMatchObject({ '--actor-num-gpus-per-node': [4], '--rollout-num-gpus': [4] })
    expect(apart).not.toHaveProperty('--colocate')
    expect(apart).not.toHaveProperty('--sglang-cuda-graph-backend-prefill')
  })

  it.each<[Model, Record<string, readonly number[]>, string]>([
    [new Qwen3_0_6B(), { '--tensor-model-parallel-size': [1], '--num-gpus-per-node': [1] }, 'H100:1'],
    [new Qwen3_8B(), { '--tensor-model-parallel-size': [2], '--sequence-parallel': [] }, 'H100:8'],
    [new Qwen3_14B(), { '--tensor-model-parallel-size': [4], '--rollout-num-gpus-per-engine': [2] }, 'H100:8'],
    [
      new Qwen3_30B_A3B(),
      { '--tensor-model-parallel-size': [4], '--expert-model-parallel-size': [8], '--optimizer-cpu-offload': [] },
      'H100:8',
    ],
    [new Qwen3_32B(), { '--tensor-model-parallel-size': [8], '--optimizer-cpu-offload': [] }, 'H100:8'],
  ])('splits $name by its preset', (model, flags, gpu) => {
    const planned = plan({ customRmFunction: () => 0 }, { model })
    expect(byFlag(planned.args)).toMatchObject(flags)
    expect(planned.gpu).toBe(gpu)
  })

  it('takes places, port, address and seed from whoever starts the run', () => {
    const planned = plan(tutorial, {
      paths: { hfCheckpoint: '/checkpoints/OLD/iter_0000009_hf' },
      address: '10.0.0.7',
      rewardPort: 9000,
      seed: 7,
    })
    expect(byFlag(planned.args)).toMatchObject({
      '--hf-checkpoint': ['/checkpoints/OLD/iter_0000009_hf'],
      '--ref-load': ['/checkpoints/OLD/iter_0000009_hf'],
      '--rm-url': ['http://10.0.0.7:9000/score'],
      '--rollout-seed': [7],
      '--seed': [8],
    })
    expect(planned.env).toMatchObject({ MASTER_ADDR: '10.0.0.7', no_proxy: '127.0.0.1,10.0.0.7' })
  })

  it('leaves addresses on a cluster to its nodes, and knows its GPUs only where they are named', () => {
    const on = (options: SlimeRecipeOptions) => plan({ ...options, gpuType: undefined }, { host: 'ray' })
    const { env } = on(tutorial)
    for (const name of ['MASTER_ADDR', 'no_proxy', 'GYM_REWARD_HOST']) expect(env).not.toHaveProperty(name)
    const split = { tensorModelParallelSize: 1, expertModelParallelSize: 1 }
    const large = { model: new Qwen3_30B_A3B(), host: 'ray' } as const
    expect(() => plan({ ...tutorial, ...split }, large)).toThrow('take 184 GB of each H100')
    expect(plan({ ...tutorial, ...split, gpuType: undefined }, large).gpu).toBe('H100:8')
  })

  it('hands on to the workers what Ray does not change; the rest they have from the machine', () => {
    const { env, ...planned } = plan({ ...tutorial, env: { PRICE: '5$', HOME_COPY: '$HOME' } })
    expect(env).toMatchObject({ PRICE: '5$', HOME_COPY: '$HOME' })
    const { env_vars } = JSON.parse(contentOf({ env, ...planned }, 'runtime_env.json'))
    expect(env_vars).toMatchObject({ PRICE: '5$', PYTHONPATH: env.PYTHONPATH })
    expect(env_vars).not.toHaveProperty('HOME_COPY')
  })

  it('refuses a model of unknown architecture until its sizes are given', () => {
    const model = new HuggingFaceModel('owner/strange')
    expect(() => plan(tutorial, { model })).toThrow(/slime builds model strange from flags, and numLayers, hiddenSize/)
    const sizes = { numLayers: 2, hiddenSize: 64, ffnHiddenSize: 128, numAttentionHeads: 8, vocabSize: 100 }
    expect(plan({ ...tutorial, ...sizes, rotaryBase: 10_000, normEpsilon: 1e-6 }, { model }).args).toContain(
      '--num-layers',
    )
  })

  it('tells the reward server what the recipe says of failing and slow rewards', () => {
    const policy = { onRewardError: { score: -10, max: 5 }, unscorableScore: -3, rewardTimeLimitMs: 2000 } as const
    expect(plan({ ...tutorial, ...policy }).env.GYM_REWARD_FLAGS).toBe(
      '--time-limit-ms=2000 --error-score=-10 --max-errors=5 --unscorable-score=-3',
    )
  })

  it('ships the hook for an environment of several turns', () => {
    const planned = plan({ ...tutorial, customRmFunction: undefined, customGenerateFunction: () => 1 })
    expect(byFlag(planned.args)).toMatchObject({ '--custom-generate-function-path': ['gym_generate.generate'] })
    expect(planned.env).toMatchObject({ PYTHONPATH: '/root/Megatron-LM/:/data/RUN' })
    expect(contentOf(planned, 'gym_generate.py')).toContain('async def generate(')
  })

  it('adds extraArgs unchecked, at the end', () => {
    const args = plan({ ...tutorial, extraArgs: ['--new-flag', 'a b'] }).args
    expect(args.slice(-2)).toEqual(['--new-flag', 'a b'])
  })

  it('passes a prompt without chat template as one text', () => {
    const raw = Object.assign(new InMemoryDataset({ rows: [{ input: 'x' }] }), { applyChatTemplate: false })
    const planned = plan(tutorial, { train: { dataset: raw, rows } })
    expect(JSON.parse(contentOf(planned, 'train.jsonl').split('\n')[0]!).messages).toBe('moon')
    expect(planned.args).not.toContain('--apply-chat-template')
  })
})

describe('modelFlags', () => {
  it('describes a mixture of experts as the script of slime for Qwen3-30B-A3B does', () => {
    const flags = modelFlags({
      architecture: 'qwen3',
      parameters: 30_532_122_624,
      layers: 2,
      hiddenSize: 2048,
      intermediateSize: 6144,
      heads: 32,
      kvHeads: 4,
      headDim: 128,
      vocabSize: 151_936,
      isTied: false,
      contextTokens: 40_960,
      ropeTheta: 1_000_000,
      normEpsilon: 1e-6,
      experts: { count: 128, perToken: 8, intermediateSize: 768 },
    })
    expect(byFlag(flagArguments(flags))).toMatchObject({
      '--untie-embeddings-and-output-weights': [],
      '--num-experts': [128],
      '--moe-router-topk': [8],
      '--moe-ffn-hidden-size': [768],
      '--moe-layer-freq': ['[1, 1]'],
      '--moe-router-dtype': ['fp32'],
      '--moe-aux-loss-coeff': [0],
    })
  })
})

describe('trainScript', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gym-slime-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('gives bash exactly the arguments, whatever is in them', () => {
    const hostile = [
      '--a',
      "it's",
      '$HOME `id` "x"',
      '',
      '\\',
      'new\nline',
      '--b',
      '{"k": 1}',
      '*',
      '--',
      '!x',
      'ä|&;<>',
    ]
    const lines = trainScript(hostile)
      .replace(/^cd .*$/m, '')
      .replace('exec python3', `exec ${process.execPath}`)
    writeFileSync(join(folder, 'print.cjs'), 'console.log(JSON.stringify(process.argv.slice(2)))')
    const script = lines.replace('train.py', join(folder, 'print.cjs'))
    expect(JSON.parse(execFileSync('bash', ['-c', script], { encoding: 'utf8' }))).toEqual(hostile)
  })

  it('uses only flags of the table', () => {
    const known = new Set(Object.values(slimeFlags).map(({ flag }) => flag))
    expect(plan().args.filter((arg) => arg.startsWith('--') && !known.has(arg))).toEqual([])
  })
})

function contentOf(planned: ReturnType<typeof plan>, name: string): string {
  const file = planned.files[`/data/RUN/${name}`]
  if (file === undefined || !('content' in file)) throw new Error(`no content of ${name}`)
  return file.content
}
