// From an empty folder to the first trained step: seconds and installed bytes, against TRL.
// node bench/first-step.mjs [--systems gym,trl] [--json FILE]
//
// Both install from their registry with an empty cache, into a folder that is removed afterwards, and then take one GRPO
// step of the bundled model as in bench/grpo-step.mjs. The gym's own packages are packed from this working tree.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { commandOf, row, writeRows } from './rows.mjs'

const { values } = parseArgs({
  options: { systems: { type: 'string', default: 'gym,trl' }, json: { type: 'string' } },
})
const run = promisify(execFile)
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))
const patience = { timeout: 1_800_000, maxBuffer: 2 ** 26 }
const model = pathOf('../models/tiny-poet')
const texts = Array.from({ length: 16 }, (_, i) => `Write a haiku about rain number ${i}.`)
const settings = { prompts: 16, samples: 8, newTokens: 20, trlMicroBatch: 128, threads: 2, steps: 1, seed: 1 }

const starters = { gym: fromNpm, trl: fromPip }
const rows = []
for (const system of values.systems.split(',')) {
  const folder = await mkdtemp(join(tmpdir(), 'first-step-'))
  try {
    const { installSeconds, seconds, bytes } = await starters[system](folder)
    console.log(
      `${system}: ${seconds.toFixed(0)} s to the first step, ${installSeconds.toFixed(0)} of them installing; ${(bytes / 1e6).toFixed(0)} MB installed`,
    )
    const shared = { system, model: 'tiny-poet', command: commandOf('bench/first-step.mjs') }
    rows.push(row({ ...shared, bench: 'empty folder to first step', value: seconds, unit: 's', installSeconds }))
    rows.push(row({ ...shared, bench: 'installed', value: bytes, unit: 'bytes' }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
for (const one of rows) {
  const ours = rows.find(({ system, bench }) => system === 'gym' && bench === one.bench)
  if (ours !== undefined && one !== ours) one.ratio = one.value / ours.value
}
writeRows(values.json, rows)

async function fromNpm(folder) {
  const packed = join(folder, 'packed')
  await mkdir(packed)
  const workspaces = ['-w', 'packages/engine', '-w', 'packages/gym']
  await run('npm', ['pack', '--silent', ...workspaces, '--pack-destination', packed], {
    cwd: pathOf('..'),
    ...patience,
  })
  const tarballs = (await readdir(packed)).map((name) => join(packed, name))
  const app = join(folder, 'app')
  await mkdir(app)
  const started = performance.now()
  await writeFile(join(app, 'package.json'), '{ "type": "module" }\n')
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')]
  await run('npm', ['install', ...quietly, ...tarballs], { cwd: app, ...patience })
  const installSeconds = (performance.now() - started) / 1000
  await run('cp', [pathOf('grpo/gym-steps.mjs'), app])
  const options = JSON.stringify({ ...settings, model, texts, folder: join(folder, 'home') })
  await run(process.execPath, [join(app, 'gym-steps.mjs'), options], { cwd: app, ...patience })
  return {
    installSeconds,
    seconds: (performance.now() - started) / 1000,
    bytes: await bytesIn(join(app, 'node_modules')),
  }
}

async function fromPip(folder) {
  const environment = join(folder, 'venv')
  const python = join(environment, 'bin', 'python')
  const started = performance.now()
  await run('python3', ['-m', 'venv', environment])
  const requirements = ['-r', pathOf('python-requirements-trl.txt')]
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', ...requirements], patience)
  const installSeconds = (performance.now() - started) / 1000
  const options = JSON.stringify({ ...settings, model, texts, folder: join(folder, 'out') })
  await run(python, [pathOf('grpo/trl_steps.py'), options], patience)
  return { installSeconds, seconds: (performance.now() - started) / 1000, bytes: await bytesIn(environment) }
}

async function bytesIn(folder) {
  const { stdout } = await run('du', ['-sb', folder])
  return Number(stdout.split('\t')[0])
}
