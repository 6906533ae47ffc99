import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isCompleteCheckpoint } from '@training-gym/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../../compute/free-port.js'
import { toldToEndAtStart } from '../../../compute/told-to-end-at-start.test.support.js'
import { untilGone } from '../../../compute/until-gone.test.support.js'
import { parseSlimeLine } from '../../slime/log/parse-slime-line.js'
import { bundleRewardServer } from '../bundle-reward.js'
import { entryScript } from '../entry-script.js'
import { writeStandInTrainer } from './write-stand-in-trainer.test.support.js'

const model = fileURLToPath(new URL('../../../../../engine/fixtures/qwen3-tied', import.meta.url))

let folder: string
let bin: string
let server: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-stand-in-test-'))
  bin = await writeStandInTrainer(join(folder, 'bin'))
  server = await bundleRewardServer()
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const reward = `export const reward = ({ response, row, finishReason }) => {
  if (response.includes('<|')) throw new Error('a marker reached the reward: ' + response)
  return { score: -Math.abs(response.length - 40), cut: finishReason === 'length' }
}`

/** Runs one training through the real entry script; the same `name` is the same run again. */
async function run(
  name: string,
  { env = {}, numRollout = 3, more = [] }: { env?: Record<string, string>; numRollout?: number; more?: string[] } = {},
) {
  const data = join(folder, `${name}-data`)
  const checkpoints = join(folder, `${name}-ckpt`)
  await mkdir(data, { recursive: true })
  const line = (index: number, input: string) =>
    JSON.stringify({
      messages: [{ role: 'user', content: `Write a haiku about ${input}.` }],
      row: { index, input, columns: {}, messages: [] },
    })
  const port = await findFreePort(0)
  const flags = [
    ['--hf-checkpoint', model],
    ['--load', checkpoints],
    ['--save', checkpoints],
    ['--save-interval', '2'],
    ['--save-hf', `${checkpoints}/iter_{rollout_id:07d}_hf`],
    ['--prompt-data', join(data, 'train.jsonl')],
    ['--eval-prompt-data', 'haiku', join(data, 'train.jsonl')],
    ['--eval-interval', '2'],
    ['--eval-max-response-len', '8'],
    ['--num-rollout', String(numRollout)],
    ['--rollout-batch-size', '2'],
    ['--n-samples-per-prompt', '3'],
    ['--rollout-max-response-len', '12'],
    ['--rollout-seed', '5'],
    ['--rm-url', `http://127.0.0.1:${port}/score`],
    ['--reward-key', 'score'],
    ['--lr', '1e-4'],
    more,
  ].flat()
  const files: Record<string, string> = {
    'entry.sh': entryScript,
    'server.mjs': server,
    'reward.mjs': reward,
    'train.jsonl': `${line(0, 'rain')}\n${line(1, 'the moon')}\n${line(2, 'a frog')}\n`,
    'train.sh': `exec python3 train.py ${flags.map((flag) => `'${flag}'`).join(' ')}\n`,
    'runtime_env.json': JSON.stringify({ env_vars: { FROM_RUNTIME_ENV: 'yes' } }),
  }
  for (const [file, text] of Object.entries(files)) await writeFile(join(data, file), text)
  const child = spawn('bash', [join(data, 'entry.sh')], {
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      GYM_RUN: `${basename(folder)}-${name}`,
      GYM_DATA: data,
      GYM_CKPT: checkpoints,
      GYM_REWARD_PORT: String(port),
      GYM_POLL: '0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
  })
  const [code] = await once(child, 'close')
  const lines = text.split('\n').map(parseSlimeLine)
  const metrics = lines.flatMap((one) => (one?.type === 'metrics' ? [one] : []))
  const events = lines.flatMap((one) => (one?.type === 'gym' ? [one] : []))
  return { code, text, metrics, events, checkpoints }
}

const rewards = (metrics: Awaited<ReturnType<typeof run>>['metrics']) =>
  metrics.filter(({ kind }) => kind === 'rollout').map(({ id, metrics }) => [id, metrics['rollout/raw_reward']])

describe('the stand-ins of slime and Ray behind the entry script', () => {
  let whole: Awaited<ReturnType<typeof run>>
  beforeAll(async () => {
    whole = await run('whole')
  })

  it('train to the end, with metrics in the format of slime and real scores', async () => {
    expect(whole.code, whole.text).toBe(0)
    const kinds = whole.metrics.map(({ kind, id }) => `${kind} ${id}`)
    const rollout = (id: number) => [`perf ${id}`, `rollout ${id}`, `step ${id}`, `perf ${id}`]
    expect(kinds).toEqual(['eval 0', ...rollout(0), ...rollout(1), 'eval 1', ...rollout(2)])
    expect(whole.metrics.every(({ isWhole }) => isWhole)).toBe(true)
    const log = (await readFile(join(whole.checkpoints, 'rewards.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(log).toHaveLength(3 * 2 * 3 + 2 * 3)
    expect(log.every((line) => Number.isFinite(JSON.parse(line).score))).toBe(true)
  })

  it('leave the checkpoints of slime, which the engine reads', async () => {
    // Of two that come quickly only the later may be told.
    const iterations = whole.events.flatMap(({ event, fields }) => (event === 'checkpoint' ? [fields.iteration] : []))
    expect([[2], [1, 2]]).toContainEqual(iterations)
    expect(whole.events.at(-1)).toMatchObject({ event: 'exit', fields: { code: 0 } })
    const names = await readdir(whole.checkpoints)
    expect(names).toEqual(
      expect.arrayContaining(['iter_0000001', 'iter_0000001_hf', 'iter_0000002', 'iter_0000002_hf', 'rollout']),
    )
    expect(await readFile(join(whole.checkpoints, 'latest_checkpointed_iteration.txt'), 'utf8')).toBe('2')
    const hf = join(whole.checkpoints, 'iter_0000002_hf')
    expect(await readdir(hf)).toContain('model.safetensors.index.json')
    expect(await isCompleteCheckpoint(hf)).toBe(true)
  })

  it('resume from the tracker and come to the very same weights', async () => {
    const broken = await run('resumed', { env: { STAND_IN_FAULT: 'die:2' } })
    expect(broken.code).toBe(1)
    expect(broken.text).toContain('die in rollout 2, on purpose')
    const resumed = await run('resumed')
    expect(resumed.code, resumed.text).toBe(0)
    expect([...rewards(broken.metrics), ...rewards(resumed.metrics)]).toEqual(rewards(whole.metrics))
    const weights = 'iter_0000002_hf/model-00001-of-00001.safetensors'
    const [a, b] = await Promise.all([whole, resumed].map((one) => readFile(join(one.checkpoints, weights))))
    expect(a?.equals(b as Buffer)).toBe(true)
  })

  it('go on to a later end from a finished run, but only with the schedule of the new length, as Megatron does', async () => {
    await cp(whole.checkpoints, join(folder, 'longer-ckpt'), { recursive: true })
    const refused = await run('longer', { numRollout: 4 })
    expect(refused.code).not.toBe(0)
    expect(refused.text).toContain(
      'class input value 24 and checkpointvalue 18 for total number of iterations do not match',
    )
    const longer = await run('longer', { numRollout: 4, more: ['--override-opt-param-scheduler'] })
    expect(rewards(longer.metrics).map(([id]) => id)).toEqual([3])
  })

  it('break in the save on purpose, and leave the checkpoint before it', async () => {
    const { code, checkpoints } = await run('no-save', { env: { STAND_IN_FAULT: 'no-save:2' } })
    expect(code).toBe(1)
    expect(await readFile(join(checkpoints, 'latest_checkpointed_iteration.txt'), 'utf8')).toBe('1')
  })

  it('stop a job with its Ray, also one whose submitter was told to end in the moment that it started it', async () => {
    const moment = await toldToEndAtStart(folder)
    const ray = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const where = { ...process.env, ...env, GYM_RUN: `${basename(folder)}-told` }
      const [code] = await once(spawn(join(bin, 'ray'), args, { env: where, stdio: 'ignore' }), 'close')
      return code
    }
    await ray(['start', '--head'])
    expect(await ray(['job', 'submit', '--submission-id', 'told', '--', 'sleep', '300'], moment.env)).toBe(143)
    await ray(['stop'])
    await untilGone(await moment.startedPid())
  })

  it('fail to start Ray on purpose', async () => {
    expect((await run('no-ray', { env: { STAND_IN_RAY: 'no-start' } })).code).toBe(72)
  })
})
