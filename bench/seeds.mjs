// The haiku loop over several seeds: node bench/seeds.mjs [--seeds 1,2,3,4,5,6] [--legs 10,20] [--lr X] [--json FILE]
//
// Each seed trains the bundled model as the tutorial does: 10 rollouts, then 20 more from that checkpoint with a fresh
// optimizer; 16 prompts x 8 samples a rollout. After each leg: the 200 held-out topics x 8 samples. Other options of
// GrpoRecipe: --set name=value (repeatable).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareEvals, GrpoRecipe, HaikuTopics, TinyPoet, TrainConfig } from 'training-gym'
import { evaluateFolder, figuresOf, haikuReward } from './haiku-eval.mjs'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5,6' },
    legs: { type: 'string', default: '10,20' },
    set: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
})
const numbers = (text) => text.split(',').map(Number)
const overrides = Object.fromEntries(
  values.set.map((pair) => {
    const [name, value] = pair.split('=')
    return [name, Number.isNaN(Number(value)) ? value : Number(value)]
  }),
)
const home = mkdtempSync(join(tmpdir(), 'gym-seeds-'))
const silent = () => {}
const percent = (share) => `${(100 * share).toFixed(1)} %`
const row = (seed, rollouts, { mean, ci, exact, topic, distinct2, topLine }, seconds) =>
  console.log(
    `| ${seed} | ${rollouts} | ${mean.toFixed(2)} (${ci[0].toFixed(2)} to ${ci[1].toFixed(2)}) | ${percent(exact)} | ${percent(topic)} | ${distinct2.toFixed(3)} | ${percent(topLine.share)} "${topLine.text}" | ${seconds.toFixed(0)} |`,
  )

console.log('| seed | rollouts | mean (95 % interval) | exact | topic | distinct-2 | commonest line | training s |')
console.log('|---|---|---|---|---|---|---|---|')
const all = []
for (const seed of numbers(values.seeds)) {
  const base = await evaluateFolder({ name: 'base', seed, home, onProgress: silent })
  row(seed, 0, figuresOf(base), 0)
  all.push({ seed, rollouts: 0, ...figuresOf(base) })
  let checkpoint
  let rollouts = 0
  let before = base
  for (const [leg, numRollout] of numbers(values.legs).entries()) {
    const recipe = new GrpoRecipe({ customRmFunction: haikuReward, numRollout, saveInterval: numRollout, ...overrides })
    const dataset = new HaikuTopics({ split: 'train' })
    const config = new TrainConfig({
      model: new TinyPoet(),
      dataset,
      recipe,
      seed: seed + 1000 * leg,
      ...(checkpoint && { checkpoint }),
    })
    const result = await config.train({ home, onProgress: silent })
    checkpoint = result.checkpoint
    rollouts += numRollout
    const evaluation = await evaluateFolder({ checkpoint, name: `after ${rollouts}`, seed, home, onProgress: silent })
    const { verdict } = compareEvals(before, evaluation)
    before = evaluation
    row(seed, rollouts, figuresOf(evaluation), result.seconds)
    all.push({ seed, rollouts, ...figuresOf(evaluation), verdict, seconds: result.seconds })
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ overrides, rows: all }, null, 2)}\n`)
rmSync(home, { recursive: true, force: true })
