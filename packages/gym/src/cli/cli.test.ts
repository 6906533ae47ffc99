import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-cli-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...inherited } = process.env
  return spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...inherited, ...env } })
}

async function cli(args: readonly string[], options: { env?: Record<string, string>; input?: string } = {}) {
  const child = start(args, options.env)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (part) => {
    stdout += part
  })
  child.stderr?.on('data', (part) => {
    stderr += part
  })
  child.stdin?.end(options.input ?? '')
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

const commandNames = [
  'tutorial',
  'serve',
  'eval',
  'train',
  'runs',
  'checkpoints',
  'evals',
  'compare',
  'rescore',
  'report',
  'receipt',
  'verify',
  'deployments',
  'chat',
  'doctor',
]

describe('command line', () => {
  it('prints help on stdout, naming every command', async () => {
    const { code, stdout, stderr } = await cli(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of commandNames) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  it.each(commandNames)('gives %s help with an example that names it, and the shared options', async (name) => {
    const { code, stdout } = await cli([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`Examples?:(.|\\n)*training-gym ${name}`))
    expect(stdout).toContain('--home <dir>')
    expect(stdout).toContain('--json')
  })

  it('prints the version', async () => {
    expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it('shows help and exits 2 without a command', async () => {
    const { code, stdout, stderr } = await cli([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: training-gym')
  })

  it('exits 2 on an unknown command or option and suggests the right one', async () => {
    const command = await cli(['trian'])
    expect(command.code).toBe(2)
    expect(command.stderr).toContain('Did you mean train?')
    const option = await cli(['runs', '--jsno'])
    expect(option.code).toBe(2)
    expect(option.stderr).toContain('Did you mean --json?')
    const value = await cli(['serve', 'tiny-poet', '--port', '99999'])
    expect(value.code).toBe(2)
    expect(value.stderr).toContain('It must be a port, 0 to 65535.')
  })

  it('loads neither engine, store nor dictionary for its help', async () => {
    const script = `
      import { register } from 'node:module'
      const loader = 'export async function load(url, context, next) { process._rawDebug("LOADED " + url); return next(url, context) }'
      register('data:text/javascript,' + encodeURIComponent(loader))
    `
    const preload = join(folder, 'trace.mjs')
    await writeFile(preload, script)
    const { stderr } = await cli(['--help'], { env: { NODE_OPTIONS: `--import ${preload}` } })
    expect(stderr).toContain('LOADED')
    expect(stderr).not.toMatch(/LOADED .*(onnxruntime|engine\/dist|libsql|kysely|zod|cmu-pronouncing|jiti)/)
  })

  it('ends quietly when the reader of its output has gone', async () => {
    const child = start(['--help'])
    let stderr = ''
    child.stderr?.on('data', (part) => {
      stderr += part
    })
    child.stdout?.destroy()
    const [code] = await once(child, 'close')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('lists of an empty home', () => {
  it('says what to do next, and gives empty JSON', async () => {
    const runs = await cli(['runs', '--home', 'state'])
    expect(runs).toMatchObject({ code: 0, stderr: '' })
    expect(runs.stdout).toBe(`no training runs in ${join(folder, 'state')} yet; start one:  training-gym tutorial\n`)
    expect(JSON.parse((await cli(['runs', '--json'])).stdout)).toEqual({ runs: [] })
    expect(JSON.parse((await cli(['evals', '--json'])).stdout)).toEqual({ evals: [] })
    expect(JSON.parse((await cli(['deployments', '--json'])).stdout)).toEqual({ deployments: [] })
  })

  it('exits 2 on a run, an evaluation or a deployment that is not there', async () => {
    const runs = await cli(['runs', 'run-nope'])
    expect(runs).toMatchObject({ code: 2, stdout: '' })
    expect(runs.stderr).toBe('error: no training run "run-nope": there is no training run yet\n')
    for (const args of [
      ['checkpoints', 'x'],
      ['evals', 'x'],
      ['compare', 'x', 'y'],
      ['deployments', 'stop', 'x'],
      ['train', '--resume', 'x'],
    ]) {
      expect(await cli(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('"x"') })
    }
  })

  it('exits 2 on a file that is not there, is no receipt, or would be neither kind of one', async () => {
    await writeFile(join(folder, 'text.json'), '{}')
    const said = {
      'verify none.json': `error: there is no file ${join(folder, 'none.json')}; check the path\n`,
      'verify text.json': 'error: text.json is no receipt, or was cut off or rewritten',
      'receipt latest -o run.txt': 'error: a receipt is written as .html or .json, not as run.txt',
    }
    for (const [command, message] of Object.entries(said)) {
      const run = await cli(command.split(' '))
      expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) })
    }
  })

  it('exits 2 on an option that means nothing without another, and on an output that could not be written', async () => {
    await writeFile(join(folder, 'file'), '')
    const said = {
      'doctor --recipe sft': '--recipe goes with --model; give both, or leave --recipe out',
      'doctor --only 2': '--only goes with --compute; give both',
      'doctor --model tiny-poet --compute modal': 'give one of them',
      'checkpoints latest --to copy': '--to goes with --download; give both',
      'tutorial --json nowhere/out.json': `there is no folder ${join(folder, 'nowhere')}`,
      'eval --model tiny-poet --junit file/out.xml': `${join(folder, 'file')} is no folder`,
      'eval --model tiny-poet --junit .': 'a folder has that name',
    }
    for (const [command, message] of Object.entries(said)) {
      const run = await cli(command.split(' '))
      expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) })
    }
    expect((await cli(['runs', '--home', ''])).code).toBe(2)
  })

  it('exits 3 when the home cannot be written, and names it', async () => {
    await writeFile(join(folder, 'file'), '')
    const { code, stderr } = await cli(['runs', '--home', 'file'])
    expect(code).toBe(3)
    expect(stderr).toContain(join(folder, 'file'))
  })

  it.skipIf(process.platform !== 'linux')(
    'exits 3 at once when the file system of the home takes no folders',
    async () => {
      const { code, stdout, stderr } = await cli(['runs', '--home', '/proc/x'])
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toBe(
        'error: /proc/x/gym.sqlite cannot be written (the folder /proc/x cannot be made: its file system takes no new folders there); make it and its folder writable, or choose another home with --home or TRAINING_GYM_HOME\n',
      )
    },
  )
})

describe('doctor', () => {
  it('says that this machine can run the loop, in words and as JSON', async () => {
    const { code, stdout } = await cli(['doctor'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ok +Node\.js +\d+\.\d+\.\d+ on /m)
    expect(stdout).toMatch(/^ok +onnxruntime-node +\d+\.\d+\.\d+ loads/m)
    expect(stdout).toContain('This machine can serve, evaluate and train small models')
    const json = JSON.parse((await cli(['doctor', '--json'])).stdout)
    expect(json).toMatchObject({ canRunLocally: true, home: join(folder, '.training-gym') })
    expect(json.findings.map((finding: { name: string }) => finding.name)).toContain('bundled model')
  })

  it('exits 3 and says why where the loop cannot run', async () => {
    await writeFile(join(folder, 'file'), '')
    const { code, stdout } = await cli(['doctor', '--home', 'file/state'])
    expect(code).toBe(3)
    expect(stdout).toMatch(/^cannot +disk +.*file is a file/m)
    expect(stdout).toContain('-> choose another folder with --home')
  })
})

describe('colour', () => {
  it('is off in a pipe, on with FORCE_COLOR, and off again with NO_COLOR', async () => {
    const painted = '\u001b['
    expect((await cli(['doctor'])).stdout).not.toContain(painted)
    expect((await cli(['doctor'], { env: { FORCE_COLOR: '1' } })).stdout).toContain(painted)
    expect((await cli(['doctor'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain(painted)
  })
})
