// The gate of the bundled base model: node models/tiny-poet/gate.mjs [folder] (after `npm run build`).
// On the 200 held-out topics x 8 samples at temperature 1, a base model worth shipping writes three lines, names its
// topic, and is bad enough at 5-7-5 to learn and good enough to be rewarded now and then. Exit code 1 when it fails.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluateFolder, figuresOf } from '../../bench/haiku-eval.mjs'

const home = mkdtempSync(join(tmpdir(), 'gym-gate-'))
const checkpoint = process.argv[2]
const { mean, exact, topic, threeLines, distinct2 } = figuresOf(
  await evaluateFolder({ ...(checkpoint && { checkpoint }), name: 'gate', seed: 1, home }),
)
rmSync(home, { recursive: true, force: true })
const gate = [
  ['three lines', threeLines, 0.97, 1],
  ['topic named', topic, 0.6, 1],
  ['mean score', mean, -4.5, -2.5],
  ['exact 5-7-5', exact, 0.02, 0.12],
]
for (const [name, value, low, high] of gate) {
  const isPassed = value >= low && value <= high
  console.log(`${isPassed ? 'pass' : 'FAIL'}  ${name.padEnd(12)} ${value.toFixed(3)}  (wanted ${low} to ${high})`)
  if (!isPassed) process.exitCode = 1
}
console.log(`      distinct-2   ${distinct2.toFixed(3)}  (shown, not gated)`)
