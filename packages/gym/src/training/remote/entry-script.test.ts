import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findFreePort } from '../../compute/free-port.js'
import { untilGone } from '../../compute/until-gone.test.support.js'
import { bundleRewardServer } from './bundle-reward.js'
import { entryScript } from './entry-script.js'
import { writeStandInTrainer } from './stand-ins/write-stand-in-trainer.test.support.js'

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

/** Writes down how Ray is called, then calls the stand-in for it. */
const countedRay = (ray: string) => `#!/usr/bin/env bash
echo "ray $*" >> "$GYM_CKPT/ray-calls"
exec "${ray}" "$@"
`
/** A `sync` that fails for the first `failures` times. */
const failingSync = (failures: number) => `#!/usr/bin/env bash
echo . >> "$GYM_CKPT/syncs"
[ "$(wc -l < "$GYM_CKPT/syncs")" -gt ${failures} ] || { echo 'sync: "/checkpoints": Input/output error' >&2; exit 1; }
`
const goodReward = 'export const reward = ({ response }) => response.length\n'
const score = (response: string) => {
  const body = JSON.stringify({ prompt: 'q', response, label: 1 })
  return `exec 3<>/dev/tcp/127.0.0.1/$GYM_REWARD_PORT; printf 'POST /score HTTP/1.0\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n%s' '${body}' >&3; cat <&3; exec 3>&-\n`
}
/** Exports a checkpoint. */
const exported = (iteration: number) => {
  const folder = `"$GYM_CKPT/iter_${String(iteration).padStart(7, '0')}_hf"`
  return `mkdir -p ${folder}; echo ${iteration} > "$GYM_CKPT/latest_checkpointed_iteration.txt"; sleep 0.3; touch ${folder}/model.safetensors.index.json\n`
}
/** Writes slime's position in the data, which comes after the export. */
const position = (iteration: number) =>
  `mkdir -p "$GYM_CKPT/rollout"; echo x > "$GYM_CKPT/rollout/global_dataset_state_dict_${iteration}.pt"\n`
const checkpoint = (iteration: number) => exported(iteration) + position(iteration)
/** Waits until the log has such a line. */
const untilLogged = (text: string) => `until grep -q '${text}' "$GYM_CKPT/train.log"; do sleep 0.05; done\n`

interface Trial {
  /** Null for a run whose reward is a flag of slime. */
  readonly reward?: string | null
  readonly train: string
  readonly env?: Record<string, string>
  readonly killOn?: string
  /** Programs that come over those of the machine. */
  readonly programs?: Record<string, string>
}

const seconds = expect.any(Number)

async function run({ reward = goodReward, train, env = {}, killOn, programs = {} }: Trial) {
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
  const ray = join(await writeStandInTrainer(join(folder, 'stand-ins')), 'ray')
  for (const [name, text] of Object.entries({ ray: countedRay(ray), ...programs })) {
    await writeFile(join(bin, name), text, { mode: 0o755 })
  }
  const child = spawn('bash', [join(data, 'entry.sh')], {
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      GYM_RUN: basename(folder),
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
      /--submission-id gym-entry-test-[\s\S]*ray stop --force/,
    )
  })

  it('starts no reward server where there is no reward', async () => {
    const { code, events, checkpoints } = await run({ reward: null, train: 'echo trained\n' })
    expect({ code, events }).toEqual({ code: 0, events: [{ event: 'exit', code: 0, seconds }] })
    expect(await readdir(checkpoints)).not.toContain('rewards.jsonl')
  })

  it('ends with code 75 after the checkpoint that follows its limit, but never after the last one', async () => {
    const train = `${checkpoint(4)}echo now; exec sleep 60\n`
    const stopped = await run({ train, env: { GYM_STOP_AFTER: '0', GYM_LAST_ROLLOUT: '9' } })
    expect(stopped.code).toBe(75)
    expect(stopped.events.map(({ event }) => event)).toEqual(['checkpoint', 'budget', 'exit'])
    await rm(folder, { recursive: true })
    const last = await run({ train: `${checkpoint(9)}sleep 1\n`, env: { GYM_STOP_AFTER: '0', GYM_LAST_ROLLOUT: '9' } })
    expect(last.code).toBe(0)
  })

  it('tells its watcher again to end where the signal was lost', async () => {
    const lost = `kill() {
  if [ "\${FUNCNAME[1]:-}" = finish ] && [ "$1" = "\${WATCH:-}" ] && [ -z "\${LOST:-}" ]; then LOST=yes; echo lost; return; fi
  builtin kill "$@"
}
`
    await writeFile(join(folder, 'lost.sh'), lost)
    const { code, text } = await run({ train: 'echo trained\n', env: { BASH_ENV: join(folder, 'lost.sh') } })
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^lost$/m) })
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
    const first = await run({ train: checkpoint(4) + untilLogged('"iteration":4') + checkpoint(9) })
    expect(first.events).toEqual([
      { event: 'checkpoint', iteration: 4, hf: join(first.checkpoints, 'iter_0000004_hf') },
      { event: 'checkpoint', iteration: 9, hf: join(first.checkpoints, 'iter_0000009_hf') },
      { event: 'exit', code: 0, seconds },
    ])
    expect((await run({ train: 'echo again' })).events).toEqual([{ event: 'exit', code: 0, seconds }])
  })

  it('never announces a checkpoint whose index is missing', async () => {
    const { events } = await run({ train: 'echo 4 > "$GYM_CKPT/latest_checkpointed_iteration.txt"; sleep 0.5' })
    expect(events).toEqual([{ event: 'exit', code: 0, seconds }])
  })

  it('never announces a checkpoint without the position in the data that slime saves after it, if it saves one', async () => {
    const announced = async (trial: Trial) => {
      const { events } = await run(trial)
      await rm(folder, { recursive: true })
      return events.filter(({ event }) => event !== 'exit')
    }
    const told = { event: 'checkpoint', iteration: 4, hf: expect.stringContaining('iter_0000004_hf') }
    expect(await announced({ train: `${exported(4)}exit 1` })).toEqual([])
    expect(await announced({ train: `${checkpoint(4)}exit 1` })).toEqual([told])
    // Nothing can come any more, or nothing ever does.
    expect(await announced({ train: exported(4) })).toEqual([told])
    expect(await announced({ train: `# --data-source-path own.Source\n${exported(4)}exit 1` })).toEqual([told])
    expect(await announced({ train: `${exported(4)}exit 1`, env: { GYM_POSITION_LIMIT: '0' } })).toEqual([
      { event: 'notice', message: expect.stringContaining('a resume goes on from the one before') },
      told,
    ])
  })

  it('announces a checkpoint, and stops at it, only when it is published', async () => {
    const env = { GYM_STOP_AFTER: '0' }
    const train = `${checkpoint(4)}exec sleep 60\n`
    const { code, events } = await run({ train, env, programs: { sync: failingSync(3) } })
    expect(code).toBe(75)
    expect(events).toEqual([
      { event: 'notice', message: expect.stringMatching(/could not be published.*: sync: .*Input\/output error$/) },
      expect.objectContaining({ event: 'checkpoint', iteration: 4 }),
      expect.objectContaining({ event: 'budget' }),
      { event: 'exit', code: 75, seconds },
    ])
  })

  it('never announces what could not be published', async () => {
    const train = `${checkpoint(4)}${untilLogged('could not be published')}`
    const { code, events } = await run({ train, programs: { sync: failingSync(1e6) } })
    expect(code).toBe(0)
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['notice', 'exit']))
  })

  it('ends as the training ends', async () => {
    expect(await run({ train: 'exit 3' })).toMatchObject({ code: 3, events: [{ event: 'exit', code: 3, seconds }] })
  })

  it('does not take an exit code of the training for one of its own', async () => {
    const { code, events } = await run({ train: 'exit 137' })
    expect(code).toBe(1)
    expect(events[0]).toEqual({ event: 'failed', code: 1, why: 'the training ended with exit code 137' })
  })

  it('goes on with the training when the stream of its output breaks, and prints every line once', async () => {
    const train = `echo begun; head -c 5000000 /dev/zero | tr '\\0' x; echo\n${untilLogged('begun')}echo trained; exit 3`
    const { code, text } = await run({ train, env: { STAND_IN_RAY: 'cut-stream' } })
    expect(code).toBe(3)
    const lines = text.split('\n').filter((line) => /^(begun|x+|trained)$/.test(line))
    expect(lines.map(({ length }) => length)).toEqual(['begun'.length, 5_000_000, 'trained'.length])
  })

  it.each(['late-dashboard', 'lost-answer'])('gets its job to Ray once, whatever happens: %s', async (fault) => {
    const { code, text } = await run({ train: 'echo trained', env: { STAND_IN_RAY: fault } })
    expect({ code, trained: text.match(/^trained$/gm) }).toEqual({ code: 0, trained: ['trained'] })
  })

  it.each([
    ['its dashboard never answers', 'no-dashboard', 'Failed to connect to Ray'],
    ['it does not run the job', 'no-environment', 'failed\nStatus message'],
  ])('ends with code 72 when Ray has started but %s', async (_, fault, says) => {
    const env = { STAND_IN_RAY: fault, ...(fault === 'no-dashboard' && { GYM_RAY_LIMIT: '0' }) }
    const { code, events, text } = await run({ train: 'echo trained', env })
    expect({ code, first: events[0] }).toMatchObject({ code: 72, first: { event: 'failed', code: 72 } })
    expect(text).toContain(says)
    expect(text).not.toContain('trained')
  })

  it.each([
    ['ends the job', 'kill -9 $PPID'],
    // So that of Ray 2.53 does, whose workers take only their children with them.
    ['dies and leaves the job behind', 'read -r _ _ _ parent _ </proc/$PPID/stat; kill -9 "$parent"'],
  ])('ends with code 73, and the training, when Ray %s', async (_, end) => {
    const train = `echo begun; echo $$ > "$GYM_CKPT/training"; ${end}; exec sleep 300`
    const { code, events, text, checkpoints } = await run({ train })
    expect({ code, first: events[0] }).toMatchObject({ code: 73, first: { event: 'failed', code: 73 } })
    expect(text).toContain('begun')
    await untilGone(Number(await readFile(join(checkpoints, 'training'), 'utf8')))
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
    expect(await readFile(join(checkpoints, 'ray-calls'), 'utf8')).toMatch(/^ray job stop /m)
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
    const { code, events } = await run({ train: 'echo trained', env: { STAND_IN_RAY: 'no-start' } })
    expect({ code, first: events[0] }).toMatchObject({ code: 72, first: { code: 72, why: 'ray start failed' } })
  })

  it('stops the job and publishes what there is when it is told to end', async () => {
    const train = `${checkpoint(4)}echo now; exec sleep 60\n`
    const { code, events, checkpoints } = await run({ train, killOn: 'now' })
    expect(code).toBe(143)
    expect(events.at(-1)).toEqual({ event: 'exit', code: 143, seconds })
    expect(events).toContainEqual(expect.objectContaining({ event: 'checkpoint', iteration: 4 }))
    expect(await readFile(join(checkpoints, 'ray-calls'), 'utf8')).toMatch(/^ray job stop /m)
  })

  it('follows a training of the real Ray to its own exit code', { timeout: 400_000 }, async ({ skip }) => {
    const bin = process.env.GYM_TEST_RAY
    if (bin === undefined) return skip('GYM_TEST_RAY does not name the folder of a program ray')
    const train = `echo begun; head -c 5000000 /dev/zero | tr '\\0' x; echo\n${untilLogged('begun')}echo trained; exit 3`
    const programs = { ray: `#!/usr/bin/env bash\nexec "${bin}/ray" "$@"\n` }
    const { code, text } = await run({ train, programs, reward: null, env: { GYM_GPUS: '0' } })
    expect(code).toBe(3)
    const lines = text.split('\n').filter((line) => /^(begun|x+|trained)$/.test(line))
    expect(lines.map(({ length }) => length)).toEqual(['begun'.length, 5_000_000, 'trained'.length])
  })
})
