import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  evaluationHookPath,
  keptEvaluationFile,
  keptSamplesFile,
  sampleHook,
  sampleHookFile,
  sampleHookPath,
} from './sample-hook.js'
import { callHook, type PythonSample } from './stand-ins/call-hook.test.support.js'

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('skipped: the sample hook needs python3 on this machine')

const sample = (changes: Partial<PythonSample>): PythonSample => ({
  group_index: 4,
  index: 0,
  prompt: 'p',
  label: { index: 3, input: 'rain', columns: {}, messages: [] },
  tokens: [1, 2, 10, 11, 12],
  response: 'abc',
  response_length: 3,
  loss_mask: null,
  rollout_log_probs: [-0.1234567, -0.5, -1],
  reward: { score: 1.5, exact: true, note: 'äö' },
  status: 'completed',
  ...changes,
})

async function linesOf(file: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe.skipIf(!hasPython)('the sample hook inside slime', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gym-sample-hook-'))
    await writeFile(join(folder, sampleHookFile), sampleHook)
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  async function keep(
    samples: readonly PythonSample[],
    env: NodeJS.ProcessEnv = {},
    reward_key: string | null = 'score',
    rollout_id = 12,
  ) {
    const job = { kind: 'keep', hook: sampleHookPath, args: { reward_key }, samples, rollout_id } as const
    const all = { ...process.env, PYTHONPATH: folder, GYM_SAMPLES: join(folder, 'samples'), ...env }
    expect(await callHook(job, all)).toHaveLength(samples.length)
    return await linesOf(join(all.GYM_SAMPLES, keptSamplesFile(rollout_id)))
  }

  it('writes one line a sample: its row, text, score and details, and the tokens of its response', async () => {
    const [whole, empty] = await keep([
      sample({}),
      sample({ tokens: [1, 2], response: '', response_length: 0, rollout_log_probs: [], status: 'truncated' }),
    ])
    expect(whole).toEqual({
      group: 4,
      row: 3,
      response: 'abc',
      score: 1.5,
      details: { exact: true, note: 'äö' },
      status: 'completed',
      tokens: [10, 11, 12],
      logprobs: [-0.12346, -0.5, -1],
    })
    expect(empty).toMatchObject({ tokens: [], logprobs: [], status: 'truncated' })
    expect(await readdir(join(folder, 'samples'))).toEqual([keptSamplesFile(12)])
  })

  it('says which tokens were not sampled, and takes scores that are bare numbers', async () => {
    const [masked] = await keep([sample({ loss_mask: [1, 0, 1] })])
    expect(masked).toMatchObject({ tokens: [10, 11, 12], logprobs: [-0.12346, null, -1] })
    const [bare] = await keep([sample({ reward: 0.25, label: 'an answer' })], {}, null)
    expect(bare).toMatchObject({ score: 0.25, details: {}, row: null })
  })

  it('keeps the tokens of the first samples up to the bound, and the text of all', async () => {
    const lines = await keep(
      [sample({}), sample({}), sample({ response: 'x', response_length: 1, rollout_log_probs: [-1] })],
      {
        GYM_SAMPLE_TOKENS: '5',
      },
    )
    expect(lines.map(({ tokens, response }) => [tokens, response])).toEqual([
      [[10, 11, 12], 'abc'],
      [undefined, 'abc'],
      [undefined, 'x'],
    ])
    expect((await keep([sample({})], { GYM_SAMPLE_TOKENS: '0' }))[0]).not.toHaveProperty('tokens')
    // Where an engine gave no log-probabilities there is nothing to show.
    expect((await keep([sample({ rollout_log_probs: null })]))[0]).not.toHaveProperty('tokens')
  })

  it('tells the evaluation before training from the one after rollout 0, and keeps no tokens of either', async () => {
    const samples = join(folder, 'evaluated')
    const evaluate = async (rollout_id: number, response: string) => {
      const job = {
        kind: 'keep',
        hook: evaluationHookPath,
        args: { reward_key: 'score' },
        samples: [sample({ group_index: null, response })],
        rollout_id,
        dataset: 'held-out',
      } as const
      await callHook(job, { ...process.env, PYTHONPATH: folder, GYM_SAMPLES: samples })
    }
    await evaluate(0, 'before')
    await keep([sample({})], { GYM_SAMPLES: samples }, 'score', 0)
    await evaluate(0, 'after the first')
    await evaluate(4, 'x'.repeat(2 ** 24 + 1))
    const files = [keptEvaluationFile(-1), keptEvaluationFile(0), keptSamplesFile(0)]
    expect((await readdir(samples)).sort()).toEqual([...files].sort())
    const [before, after] = await Promise.all(files.map((file) => readFile(join(samples, file), 'utf8')))
    expect(JSON.parse(before ?? '')).toMatchObject({ dataset: 'held-out', row: 3, response: 'before', score: 1.5 })
    expect(JSON.parse(after ?? '')).not.toHaveProperty('tokens')
    expect(JSON.parse(after ?? '')).toMatchObject({ response: 'after the first' })
  })

  it('does not end a run whose samples it cannot write', async () => {
    await writeFile(join(folder, 'a-file'), '')
    await expect(keep([sample({})], { GYM_SAMPLES: join(folder, 'a-file') })).rejects.toThrow('ENOTDIR')
  })
})
