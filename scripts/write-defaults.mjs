// Writes docs/defaults.md from the code: node scripts/write-defaults.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { GrpoRecipe, HaikuTopics, SftRecipe, SglangRecipe, VllmRecipe } from 'training-gym'
import { evalOptionsSchema, evaluateOptionsSchema } from '../packages/gym/dist/evals/eval-options.js'
import { planEvaluation } from '../packages/gym/dist/evals/eval-plan.js'
import { slimeDefaults } from '../packages/gym/dist/training/slime/slime-defaults.js'
import { slimePresets } from '../packages/gym/dist/training/slime/slime-presets.js'

const file = new URL('../docs/defaults.md', import.meta.url)

function table(title, intro, options) {
  const rows = Object.entries(options).filter(([, value]) => value !== undefined)
  const lines = rows.map(([name, value]) => `| \`${name}\` | \`${JSON.stringify(value)}\` |`)
  return [`## ${title}`, '', intro, '', '| option | default |', '|---|---|', ...lines, ''].join('\n')
}

const presetRows = Object.entries(slimePresets).map(([model, { gpuType, gpuCount, flags }]) => {
  const shown = Object.entries(flags).map(([name, value]) => `\`${name}: ${JSON.stringify(value)}\``)
  return `| ${model} | ${gpuCount} x ${gpuType} | ${shown.join(', ')} |`
})

function evaluationDefaults() {
  const given = evalOptionsSchema.parse({ dataset: new HaikuTopics(), reward: () => 0 })
  const { nSamples, seed, maxConcurrency, options } = planEvaluation(given, {}, evaluateOptionsSchema.parse({}))
  const { generateKwargs, timeLimitMs, rewardTimeLimitMs } = options
  return { nSamples, seed, maxConcurrency, generateKwargs, timeLimitMs, rewardTimeLimitMs }
}

const text = [
  '# Defaults',
  '',
  'Written by `node scripts/write-defaults.mjs` from the code; do not edit. What each option means stands at its declaration.',
  '',
  table('GrpoRecipe', 'Reinforcement learning on the built-in engine.', new GrpoRecipe().options),
  table('SftRecipe', 'Fine-tuning on given answers on the built-in engine.', new SftRecipe().options),
  table(
    'SlimeRecipe',
    'Reinforcement learning on GPUs with slime; its other flags keep the defaults of slime.',
    slimeDefaults,
  ),
  '## Presets of SlimeRecipe',
  '',
  '| model | GPUs | options |',
  '|---|---|---|',
  ...presetRows,
  '',
  table('VllmRecipe', 'Serving with vLLM; its other options keep the defaults of vLLM.', new VllmRecipe().options),
  table(
    'SglangRecipe',
    'Serving with SGLang; its other options keep the defaults of SGLang.',
    new SglangRecipe().options,
  ),
  table('EvalConfig', 'Evaluating; `evaluate()` takes some of them as well.', evaluationDefaults()),
].join('\n')

if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/defaults.md is not what the code says; run: node scripts/write-defaults.mjs\n')
  process.exitCode = 1
}
