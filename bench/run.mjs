// Runs the side-by-side measurements one after the other and prints their rows as one table:
// npm run bench [-- --only grpo-step-135m,engine] [--json FILE] [--python PATH]
//
// The peers (TRL and transformers on PyTorch, transformers.js, node-llama-cpp) are installed at the first run, into
// bench/.peers and bench/.venv. The whole takes about an hour on two cores; nothing else should run meanwhile.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeRows } from './rows.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    python: { type: 'string' },
    peers: { type: 'string' },
    work: { type: 'string' },
  },
})

/** What each name runs; `takes` are the options above that the script knows. */
const benches = {
  'grpo-step-tiny-poet': { script: 'grpo-step.mjs', args: ['--model', 'tiny-poet'], takes: ['python', 'work'] },
  'grpo-step-11m': { script: 'grpo-step.mjs', args: ['--model', '11m'], takes: ['python', 'work'] },
  'grpo-step-135m': {
    script: 'grpo-step.mjs',
    args: ['--model', '135m', '--rounds', '2', '--steps', '1'],
    takes: ['python', 'work'],
  },
  'generation-tiny-poet': { script: 'generation.mjs', args: [], takes: ['python', 'peers', 'work'] },
  'generation-135m': {
    script: 'generation.mjs',
    args: ['--model', '135m', '--repeats', '3'],
    takes: ['python', 'peers', 'work'],
  },
  engine: { script: 'engine.mjs', args: [], takes: [] },
  'engine-11m': { script: 'engine.mjs', args: ['--model', '11m'], takes: ['work'] },
  'engine-135m': { script: 'engine.mjs', args: ['--model', '135m', '--repeats', '3'], takes: ['work'] },
  'first-step': { script: 'first-step.mjs', args: [], takes: [] },
}

const wanted = values.only?.split(',') ?? Object.keys(benches)
const unknown = wanted.find((name) => !(name in benches))
if (unknown !== undefined) throw new Error(`no bench "${unknown}"; choose from ${Object.keys(benches).join(', ')}`)

const folder = await mkdtemp(join(tmpdir(), 'bench-'))
const rows = []
const failed = []
for (const name of wanted) {
  const { script, args, takes } = benches[name]
  const passed = takes.flatMap((option) => (values[option] === undefined ? [] : [`--${option}`, values[option]]))
  const file = join(folder, `${name}.json`)
  console.log(`\n# ${name}: node bench/${script} ${args.join(' ')}`)
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...args, ...passed, '--json', file], { stdio: 'inherit' })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code === 0) rows.push(...JSON.parse(await readFile(file, 'utf8')))
  else failed.push(name)
}
await rm(folder, { recursive: true })
writeRows(values.json, rows)
console.log('')
console.table(
  rows.map(({ bench, system, model, value, unit, ratio }) => ({
    bench,
    system,
    model,
    value: Number(value.toPrecision(4)),
    unit,
    ratio: ratio === null ? '' : Number(ratio.toPrecision(3)),
  })),
)
if (failed.length > 0) {
  console.error(`${failed.length} of ${wanted.length} failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
