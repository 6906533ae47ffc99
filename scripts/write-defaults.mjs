// Writes docs/defaults.md from the code: node scripts/write-defaults.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { GrpoRecipe, SftRecipe } from 'training-gym'

const file = new URL('../docs/defaults.md', import.meta.url)

function table(title, intro, options) {
  const rows = Object.entries(options).filter(([, value]) => value !== undefined)
  const lines = rows.map(([name, value]) => `| \`${name}\` | \`${JSON.stringify(value)}\` |`)
  return [`## ${title}`, '', intro, '', '| option | default |', '|---|---|', ...lines, ''].join('\n')
}

const text = [
  '# Defaults',
  '',
  'Written by `node scripts/write-defaults.mjs` from the code; do not edit. What each option means stands at its declaration.',
  '',
  table('GrpoRecipe', 'Reinforcement learning on the built-in engine.', new GrpoRecipe().options),
  table('SftRecipe', 'Fine-tuning on given answers on the built-in engine.', new SftRecipe().options),
].join('\n')

if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/defaults.md is not what the code says; run: node scripts/write-defaults.mjs\n')
  process.exitCode = 1
}
