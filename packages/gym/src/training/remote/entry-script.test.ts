import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findFreePort } from '../../compute/free-port.js'
import { bundleRewardServer } from './bundle-reward.js'
import { entryScript } from './entry-script.js'

let server: string
beforeAll(async () => {
  server = await bundleRewardServer()
})
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-entry-test-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** A Ray that only runs the job, and can be told to fail at its start. */
const ray = `#!/usr/bin/env bash
echo "ray $*" >> "$GYM_CKPT/ray-calls"
case "$1 $2" in
  'start --head') exit "\${RAY_START:-0}" ;;
  'job submit') while [ "$1" != -- ]; do shift; done; shift; exec "$@" ;;
esac
`
const goodReward = 'export const reward = ({ response }) => response.length\n'
const score = (response: string) => {
  const body = JSON.stringify({ prompt: 'q', response, label: 1 })
  return `exec 3<>/dev/tcp/127.0.0.1/$GYM_REWARD_PORT; printf 'POST /score HTTP/1.0\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n%s' '${body}' >&3; cat <&3; exec 3>&-\n`
}
const checkpoint = (iteration: number) => {
  const folder = `"$GYM_CKPT/iter_${String(iteration).padStart(7, '0')}_hf"`
  return `mkdir -p ${folder}; echo ${iteration} > "$GYM_CKPT/latest_checkpointed_iteration.txt"; sleep 0.3; touch ${folder}/model.safetensors.index.json\n`
}

interface Trial {
  /** Null for a run whose reward is a flag of slime. */
  readonly reward?: string | null
  readonly train: string
  readonly env?: Record<string, string>
  readonly killOn?: string
}

const seconds = expect.any(Number)

async function run({ reward = goodReward, train, env = {}, killOn }: Trial) {
  const data = join(folder, 'data')
  const bin = join(folder, 'bin')
  const checkpoints = join(folder, 'ckpt')
  await mkdir(data, { recursive: true })
  await mkdir(bin, { recursive: true })
  await mkdir(checkpoints, { recursive: true })
  const files = { 'entry.sh': entryScript, 'server.mjs': server, 'train.sh': train }
  if (reward !== null) await writeFile(join(data, 'reward.mjs'), reward)
  for (const [name, text] of Object.entries(files)) await writeFile(join(data, name), text)
  await writeFile(join(data, 'runtime_env.json'), '{}')
  await writeFile(join(bin, 'ray'), ray, { mode: 0o755 })
  const child = spawn('bash', [join(data, 'entry.sh')], {
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      GYM_RUN: 'run-1',
      GYM_DATA: data,
      GYM_CKPT: checkpoints,
      GYM_REWARD_PORT: String(await findFreePort(0)),
      GYM_REWARD_FLAGS: '--time-limit-ms=3000',
      GYM_POLL: '0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
    if (killOn !== undefined && text.includes(killOn)) child.kill('SIGTERM')
  })
  const [code] = await once(child, 'close')
  const events = [...text.matchAll(/^GYM (.*)$/gm)].map(([, json]) => JSON.parse(json as string))
  return { code, text, events, checkpoints }
}

describe('the entry script', () => {
  it('runs the training beside its reward server and ends with code 0', async () => {
    const { code, text, events, checkpoints } = await run({ train: `${score('four')}echo trained\n` })
    expect(text).toContain('{"score":4}')
    expect({ code, events }).toEqual({ code: 0, events: [{ event: 'exit', code: 0, seconds }] })
    expect(await readFile(join(checkpoints, 'train.log'), 'utf8')).toBe(text)
    expect(await readFile(join(checkpoints, 'rewards.jsonl'), 'utf8')).toContain('"score":4')
    expect(await readFile(join(checkpoints, 'ray-calls'), 'utf8')).toMatch(
      /--submission-id run-1[\s\S]*ray stop --force/,
    )
  })

  it('starts no reward server where there is no reward', async () => {
    const { code, events, checkpoints } = await run({ reward: null, train: 'echo trained\n' })
    expect({ code, events }).toEqual({ code: 0, events: [{ event: 'exit', code: 0, seconds }] })
    expect(await readdir(checkpoints)).not.toContain('rewards.jsonl')
  })

  it('ends with code 75 after the checkpoint that follows its limit, but never after the last one', async () => {
    const train = `${checkpoint(4)}echo now; sleep 3\n`
    const stopped = await run({ train, env: { GYM_STOP_AFTER: '0', GYM_LAST_ROLLOUT: '9' } })
    expect(stopped.code).toBe(75)
    expect(stopped.events.map(({ event }) => event)).toEqual(['checkpoint', 'budget', 'exit'])
    await rm(folder, { recursive: true })
    const last = await run({ train: `${checkpoint(9)}sleep 1\n`, env: { GYM_STOP_AFTER: '0', GYM_LAST_ROLLOUT: '9' } })
    expect(last.code).toBe(0)
  })

  it('runs the training itself inside the job of a cluster, whose Ray is not its own', async () => {
    // What slime does with the URL that is given last, and what somebody without the token gets.
    const train = `url=\${@: -1}; echo "given $*"
body='{"prompt":"q","response":"four","label":1}'
ask() { exec 3<>"/dev/tcp/127.0.0.1/$GYM_REWARD_PORT"; printf 'POST %s HTTP/1.0\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "$1" \${#body} "$body" >&3; cat <&3; exec 3>&-; echo; }
ask "/score\${url#*/score}"; ask /score
`
    const env = { GYM_RAY: 'cluster', RAY_ADDRESS: '127.0.0.1:6379' }
    const { code, text, checkpoints } = await run({ train, env })
    expect(code).toBe(0)
    expect(text).toMatch(/^given --rm-url http:\/\/127\.0\.0\.1:\d+\/score\?token=[0-9a-f]{32}$/m)
    expect(text).toContain('{"score":4}')
    expect(text).toContain('401 Unauthorized')
    expect(await readdir(checkpoints)).not.toContain('ray-calls')
  })

  it('announces each checkpoint once, when its index is there, also after a restart', async () => {
    const first = await run({ train: `${checkpoint(4)}sleep 0.5\n${checkpoint(9)}` })
    expect(first.events).toEqual([
      { event: 'checkpoint', iteration: 4, hf: join(first.checkpoints, 'iter_0000004_hf') },
      { event: 'checkpoint', iteration: 9, hf: join(first.checkpoints, 'iter_0000009_hf') },
      { event: 'exit', code: 0, seconds },
    ])
    expect((await run({ train: 'sleep 0.5' })).events).toEqual([{ event: 'exit', code: 0, seconds }])
  })

  it('never announces a checkpoint whose index is missing', async () => {
    const { events } = await run({ train: 'echo 4 > "$GYM_CKPT/latest_checkpointed_iteration.txt"; sleep 0.5' })
    expect(events).toEqual([{ event: 'exit', code: 0, seconds }])
  })

  it('ends as the training ends', async () => {
    expect(await run({ train: 'exit 3' })).toMatchObject({ code: 3, events: [{ event: 'exit', code: 3, seconds }] })
  })

  it.each([
    ['throws', `() => { throw new Error('boom') }`, 'boom'],
    ['returns NaN', '() => NaN', 'returned NaN'],
    ['hangs', '() => { for (;;) {} }', 'did not finish row 0'],
  ])('ends the training with code 70 and the reason when the reward %s', async (_, reward, why) => {
    const train = `${score('x')}exec sleep 60\n`
    const { code, events, checkpoints } = await run({ reward: `export const reward = ${reward}`, train })
    expect(code).toBe(70)
    expect(events).toEqual([
      { event: 'failed', code: 70, why: expect.stringContaining(why) },
      { event: 'exit', code: 70, seconds },
    ])
    expect(await readFile(join(checkpoints, 'ray-calls'), 'utf8')).toContain('ray job stop run-1')
  })

  it('says when the reward server is killed from outside', async () => {
    // By its arguments: from Node 24 on the name of a process of Node is not `node`.
    const find = `ps -eo pid=,args= | awk -v server="$GYM_DATA/server" '$2 ~ /node$/ && index($0, server) {print $1; exit}'`
    const train = `kill -9 "$(${find})"; exec sleep 60`
    const { code, events } = await run({ train })
    expect({ code, first: events[0] }).toMatchObject({
      code: 70,
      first: { why: 'the reward server ended with code 137' },
    })
  })

  it('ends with code 71 when the reward cannot be loaded, before anything else is started', async () => {
    const { code, events, text } = await run({ reward: 'import "not-there"', train: 'echo trained' })
    expect({ code, first: events[0] }).toMatchObject({ code: 71, first: { event: 'failed', code: 71 } })
    expect(events[0].why).toContain('not-there')
    expect(text).not.toContain('trained')
  })

  it('ends with code 72 when Ray does not start', async () => {
    const { code, events } = await run({ train: 'echo trained', env: { RAY_START: '1' } })
    expect({ code, first: events[0] }).toMatchObject({ code: 72, first: { code: 72, why: 'ray did not start' } })
  })

  it('stops the job and publishes what there is when it is told to end', async () => {
    const train = `${checkpoint(4)}echo now; exec sleep 60\n`
    const { code, events, checkpoints } = await run({ train, killOn: 'now' })
    expect(code).toBe(143)
    expect(events.at(-1)).toEqual({ event: 'exit', code: 143, seconds })
    expect(events).toContainEqual(expect.objectContaining({ event: 'checkpoint', iteration: 4 }))
    expect(await readFile(join(checkpoints, 'ray-calls'), 'utf8')).toContain('ray job stop run-1')
  })
})
