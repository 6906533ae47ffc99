import { execFile } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Compute, local, modal, ray } from './compute.js'
import { findFreePort } from './free-port.js'
import type { ComputeHost, ProcessSpec, RunningProcess } from './host.js'
import { startFakeModal } from './modal/fake/fake-modal.test.support.js'
import { openHost } from './open-host.js'
import { startFakeRay } from './ray/fake/fake-ray.test.support.js'
import { startRayHead } from './ray/fake/start-ray-head.test.support.js'
import { untilGone } from './until-gone.test.support.js'

/** A place to run in, with the variables that another process needs to find it. */
interface Place {
  readonly compute: Compute
  readonly env: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

const places: Readonly<Record<Compute['kind'], (home: string) => Promise<Place>>> = {
  local: async () => ({ compute: local(), env: {}, close: async () => undefined }),
  modal: async () => {
    const plane = await startFakeModal()
    return { compute: modal({ appName: 'gym-test' }), env: plane.env, close: () => plane.stop() }
  },
  ray: async (home) => {
    const head = await startRayHead()
    console.log(head === null ? 'ray: a stand-in for the head (no ray program found)' : 'ray: a real Ray head')
    const { address, [Symbol.asyncDispose]: close } = head ?? (await startFakeRay())
    return { compute: ray({ address, storage: join(home, 'shared') }), env: {}, close: async () => await close() }
  },
}

const run = promisify(execFile)

describe.each(['local', 'modal', 'ray'] as const)('a %s host', (kind) => {
  let home: string
  let place: Place
  let host: ComputeHost
  /** Every process that said its id: none may be left at the end. */
  const pids: number[] = []

  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'host-')))
    place = await places[kind](home)
    for (const [name, value] of Object.entries(place.env)) vi.stubEnv(name, value)
    host = await openHost(place.compute, { home })
  })
  afterAll(async () => {
    await host.close()
    await place.close()
    vi.unstubAllEnvs()
    for (const pid of pids) await untilGone(pid)
    await rm(home, { recursive: true, force: true })
  })

  let count = 0
  /** Describes a process that runs a piece of JavaScript. */
  const spec = (script: string, changes: Partial<ProcessSpec> = {}): ProcessSpec => ({
    name: `${kind}-${++count}`,
    tags: { gym: 'test' },
    image: { from: 'debian:bookworm-slim', commands: [] },
    volumes: {},
    secrets: [],
    environment: {},
    command: [process.execPath, '-e', `console.log('pid', process.pid); ${script}`],
    timeoutMs: 60_000,
    ...changes,
  })
  const lines = async (running: RunningProcess): Promise<string[]> => {
    const found: string[] = []
    for await (const line of running.output()) {
      const pid = /^pid (\d+)$/.exec(line)?.[1]
      if (pid === undefined) found.push(line)
      else pids.push(Number(pid))
    }
    return found
  }
  /** Follows a process until it says a word; then lets go of it. */
  const until = async (running: RunningProcess, word: string): Promise<void> => {
    for await (const line of running.output()) {
      const pid = /^pid (\d+)$/.exec(line)?.[1]
      if (pid !== undefined) pids.push(Number(pid))
      if (line === word) return
    }
  }

  it('gives both outputs line by line and the exit code', async () => {
    const script = `console.log('one é'); console.error('two'); process.stdout.write('no break'); process.exitCode = 7`
    const running = await host.start(spec(script, { environment: { GREETING: 'hi there' } }))
    expect(await lines(running)).toEqual(['one é', 'two', 'no break'])
    expect(await running.wait()).toBe(7)
    expect(await running.poll()).toBe(7)
    await running.stop()
  })

  it('passes variables and arguments on as they are', async () => {
    const wanted = spec('')
    const script = 'console.log(JSON.stringify([process.env.TEXT, process.argv.slice(1)]))'
    const command = [process.execPath, '-e', script, 'a b', "it's", '$HOME', '*']
    const running = await host.start({ ...wanted, command, environment: { TEXT: `"q" 'r' $x` } })
    expect(await lines(running)).toEqual([JSON.stringify([`"q" 'r' $x`, ['a b', "it's", '$HOME', '*']])])
    expect(await running.wait()).toBe(0)
  })

  it('is found from another process, by id and by name, with all its output', async () => {
    const script = `let n = 0; const timer = setInterval(() => { console.log('line', n++); if (n === 40) clearInterval(timer) }, 10)`
    const running = await host.start(spec(script))
    const module = new URL('../../dist/compute/open-host.js', import.meta.url).href
    const { id, name } = running.reference
    const source = `import { openHost } from ${JSON.stringify(module)}
      const [compute, home, ...references] = JSON.parse(process.argv[1])
      const host = await openHost(compute, { home })
      for (const reference of references) {
        const found = await host.attach(reference)
        const lines = []
        for await (const line of found.output()) if (!line.startsWith('pid')) lines.push(line)
        console.log(JSON.stringify({ reference: found.reference, lines, code: await found.wait() }))
      }
      await host.close()
      process.exit(0)`
    const given = [place.compute, home, { kind, id, name }, { kind, name }]
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source, JSON.stringify(given)], {
      env: { ...process.env, ...place.env },
    })
    const expected = Array.from({ length: 40 }, (_, n) => `line ${n}`)
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    const one = { reference: { kind, id, name }, lines: expected, code: 0 }
    expect(found).toEqual([one, one])
    expect(await lines(running)).toEqual(expected)
  })

  it('does not find what there is not', async () => {
    const id = kind === 'modal' ? 'sb-0000000000000000000000' : 'nothing-1'
    expect(await host.attach({ kind, id, name: 'nothing' })).toBeNull()
    expect(await host.attach({ kind, name: 'nothing' })).toBeNull()
  })

  it('stops a process and all it started', async () => {
    const child = `process.on('SIGTERM', () => {}); console.log('pid', process.pid); setInterval(() => {}, 1000)`
    const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      setTimeout(() => console.log('up'), 300); setInterval(() => {}, 1000)`
    const running = await host.start(spec(script))
    await until(running, 'up')
    expect(await running.poll()).toBeNull()
    await running.stop()
    expect(await running.wait()).toBe(137)
    await running.stop()
    for (const pid of pids) await untilGone(pid)
  })

  it('ends a process that runs out of time', async () => {
    const running = await host.start(spec('setInterval(() => {}, 1000)', { timeoutMs: 1000 }))
    expect(await running.wait()).toBe(124)
    await lines(running)
  })

  it('lists what runs by its tags, and refuses its name to another', async () => {
    const sleeping = 'console.log("up"); setInterval(() => {}, 1000)'
    const first = await host.start(spec(sleeping, { tags: { gym: 'train', run: 'a' } }))
    const second = await host.start(spec(sleeping, { tags: { gym: 'train', run: 'b' } }))
    const names = async (tags: Record<string, string>) => (await host.list(tags)).map((one) => one.reference.name)
    expect(await names({ gym: 'train' })).toEqual([first.reference.name, second.reference.name])
    expect(await host.list({ run: 'b' })).toEqual([
      { reference: second.reference, tags: { gym: 'train', run: 'b' }, createdAt: expect.any(Number) },
    ])
    await expect(host.start(spec('', { name: first.reference.name }))).rejects.toMatchObject({
      boundary: 'config',
      code: 'name-taken',
    })
    for (const running of [first, second]) {
      await until(running, 'up')
      await running.stop()
    }
    expect(await names({ gym: 'train' })).toEqual([])
    const again = await host.start(spec('console.log("again")', { name: first.reference.name }))
    expect(await lines(again)).toEqual(['again'])
    expect((await host.attach({ kind, name: first.reference.name }))?.reference).toEqual(again.reference)
  })

  it('keeps files that processes read and write', async () => {
    const volume = host.volume('files')
    const source = join(home, 'source.bin')
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7919) % 256))
    await writeFile(source, bytes)
    await volume.put([
      { path: 'run/train.jsonl', content: '{"é":1}\n' },
      { path: 'run/deep/model.bin', localPath: source },
      { path: 'run/raw', content: new Uint8Array([0, 255, 10]) },
    ])
    const mount = { name: 'files', subPath: 'run' }
    const script = `const fs = require('node:fs'); const [folder] = process.argv.slice(1);
      fs.writeFileSync(folder + '/out.txt', fs.readFileSync(folder + '/train.jsonl', 'utf8').toUpperCase())`
    const wanted = spec(script, { volumes: { '/data': mount } })
    const running = await host.start({ ...wanted, command: [...wanted.command, host.pathOf('/data', mount)] })
    expect(await running.wait()).toBe(0)
    await lines(running)

    expect(await volume.readText('run/out.txt')).toBe('{"É":1}\n')
    const modifiedAt = expect.any(Number)
    expect(await volume.list('run')).toEqual([
      { name: 'deep', path: 'run/deep', type: 'directory', size: 0, modifiedAt },
      { name: 'out.txt', path: 'run/out.txt', type: 'file', size: 9, modifiedAt },
      { name: 'raw', path: 'run/raw', type: 'file', size: 3, modifiedAt },
      { name: 'train.jsonl', path: 'run/train.jsonl', type: 'file', size: 9, modifiedAt },
    ])
    const copy = join(home, 'copies', 'model.bin')
    await volume.get('run/deep/model.bin', copy)
    expect((await readFile(copy)).equals(bytes)).toBe(true)
    await expect(volume.readText('run/none')).rejects.toMatchObject({ code: 'no-such-file', boundary: 'data' })
    await expect(volume.get('run/deep', copy)).rejects.toMatchObject({ code: 'no-such-file' })
    await expect(volume.readText('../secret')).rejects.toMatchObject({ code: 'bad-volume-path' })
    await expect(volume.put([{ path: 'x', localPath: join(home, 'none') }])).rejects.toMatchObject({
      code: 'cannot-write',
    })
    expect(await volume.list('none')).toEqual([])
    await volume.remove('run/deep')
    await volume.remove('run/raw')
    await volume.remove('run/raw')
    expect((await volume.list('run')).map((entry) => entry.name)).toEqual(['out.txt', 'train.jsonl'])
  })

  it('waits until a process is ready, and gives access to its port', async () => {
    const port = kind === 'ray' ? await findFreePort(0) : 8000
    const script = `const http = require('node:http'); const server = http.createServer((q, s) => s.end('served ' + q.url))
      setTimeout(() => server.listen(Number(process.env.GYM_PORT_${port}), '127.0.0.1'), 300)`
    const probe = `fetch('http://127.0.0.1:' + process.env.GYM_PORT_${port}).then(() => process.exit(0), () => process.exit(1))`
    const readiness = { command: [process.execPath, '-e', probe], intervalMs: 50 }
    const running = await host.start(spec(script, { ports: [port], readiness }))
    await running.waitUntilReady(30_000)
    const { url, headers, apiKey } = await running.url(port)
    expect(await (await fetch(`${url}/v1/models?x=1`, { headers })).text()).toBe('served /v1/models?x=1')
    if (kind === 'modal') {
      expect(headers).toEqual({ Authorization: `Bearer ${apiKey}` })
      expect((await fetch(`${url}/v1/models`)).status).toBe(401)
    }
    await expect(running.url(port + 1)).rejects.toMatchObject({ code: 'port-not-served', boundary: 'config' })
    const later = await host.attach(running.reference)
    await later?.waitUntilReady(30_000)
    expect((await later?.url(port))?.url).toBe(url)
    await running.stop()
    expect(await lines(running)).toEqual([])
  })

  it('says why a process did not get ready', async () => {
    const readiness = { command: [process.execPath, '-e', 'process.exit(1)'], intervalMs: 50 }
    const failing = await host.start(spec('console.log("no GPU"); process.exitCode = 3', { readiness }))
    await expect(failing.waitUntilReady(30_000)).rejects.toMatchObject({
      code: 'not-ready',
      boundary: 'provider',
      message: expect.stringMatching(/ended with exit code 3 before it was ready; its last lines:\n(.*\n)?no GPU$/),
    })
    await lines(failing)
    const slow = await host.start(spec('setInterval(() => {}, 1000)', { readiness }))
    await expect(slow.waitUntilReady(300)).rejects.toThrow('was not ready after 0.3 s')
    await slow.stop()
    await lines(slow)
  })

  it('ends its waits when their signals abort, and nothing else', async () => {
    const running = await host.start(spec('console.log("up"); setInterval(() => {}, 1000)'))
    await until(running, 'up')
    const reason = { boundary: 'interrupted', code: 'aborted' }
    const abortSoon = () => AbortSignal.timeout(50)
    await expect(running.wait(abortSoon())).rejects.toMatchObject(reason)
    const follow = async () => {
      for await (const _ of running.output(abortSoon()));
    }
    await expect(follow()).rejects.toMatchObject(reason)
    await expect(host.start(spec(''), AbortSignal.abort())).rejects.toMatchObject(reason)
    expect(await running.poll()).toBeNull()
    await running.stop()
  })

  it('refuses a process that no host could run', async () => {
    await expect(host.start(spec('', { name: 'has space' }))).rejects.toThrow('option "name" of the process')
    await expect(host.start({ ...spec(''), mountz: 1 } as never)).rejects.toThrow('unknown option "mountz"')
  })
})
