// Compares every operator that the engine's graphs use, on the CPU and on WebGPU:
//   node bench/webgpu/operators.mjs [--json FILE] [--case NAME] [--device cpu]   (the CPU against itself checks the cases)
// One row a case, size, optimisation level and output; ends with code 1 when a row is farther apart than 1e-4.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { chains, operators, sizes } from './cases.mjs'
import { buildCase, distance, runGraph } from './compare.mjs'

const { values } = parseArgs({
  options: { json: { type: 'string' }, device: { type: 'string', default: 'webgpu' }, case: { type: 'string' } },
})
const tolerance = 1e-4
const rows = []
for (const [kind, cases] of Object.entries({ operators, chains })) {
  for (const [name, build] of Object.entries(cases)) {
    if (values.case !== undefined && values.case !== name) continue
    for (const [size, dims] of Object.entries(sizes)) rows.push(...(await compareCase(kind, name, build, size, dims)))
  }
}

for (const row of rows.filter(({ rel, error }) => error !== undefined || !(rel <= tolerance))) print(row)
const worst = Math.max(...rows.filter(({ rel }) => rel <= tolerance).map(({ rel }) => rel))
console.log(
  `${rows.length} outputs compared, ${rows.filter(({ rel }) => rel <= tolerance).length} within ${tolerance} (worst of those ${worst.toExponential(1)})`,
)
if (values.json !== undefined) await writeFile(values.json, JSON.stringify(rows))
process.exitCode = rows.every(({ rel }) => rel <= tolerance) ? 0 : 1

async function compareCase(kind, name, build, size, dims) {
  const result = []
  const { graph, feeds, names } = buildCase(build, dims)
  const expected = await runGraph(graph, feeds, { device: 'cpu' })
  for (const level of ['disabled', 'all']) {
    const base = { kind, name, size, level }
    try {
      const actual = await runGraph(graph, feeds, { device: values.device, level, runs: 2 })
      for (const output of names)
        result.push({ ...base, output, ...distance(expected[output].data, actual[output].data) })
    } catch (error) {
      result.push({ ...base, error: String(error.message ?? error) })
    }
  }
  return result
}

function print({ name, size, level, output, abs, rel, error }) {
  const what = error ?? `${output}: max difference ${abs.toExponential(2)}, ${rel.toExponential(2)} of the largest`
  console.log(`WRONG ${name} | ${size} | optimisation ${level} | ${what}`)
}
