// Writes the typed options of SlimeRecipe from the table of flags beside this file:
//   node packages/gym/scripts/write-slime-options.mjs [--check]
// The table holds plain facts of one image (names, arity, types, choices); a new image means a new table.
import { readFileSync, writeFileSync } from 'node:fs'

const data = JSON.parse(readFileSync(new URL('./slime-flags.json', import.meta.url), 'utf8'))
const output = new URL('../src/training/slime/generated/slime-flags.ts', import.meta.url)
const origins = { slime: 'slime', megatron: 'Megatron', sglang: 'SGLang' }

const optionOf = (flag) => flag.replace(/^--/, '').replace(/[-_]+(.)/g, (_, letter) => letter.toUpperCase())
const literal = (value) => (typeof value === 'string' ? `'${value}'` : String(value))

function valueType({ arity, type, choices }) {
  if (arity === 0) return 'boolean'
  const one = choices?.map(literal).join(' | ') ?? scalars[type ?? 'any']
  if (arity === 1) return one
  if (typeof arity === 'number') return `readonly [${Array(arity).fill(one).join(', ')}]`
  return one.includes('|') ? `readonly (${one})[]` : `readonly ${one}[]`
}
const scalars = { int: 'number', float: 'number', str: 'string', json: 'string | JsonObject', any: 'string | number' }

function meaning({ arity, type, choices }) {
  if (arity === 0) return 'a switch'
  const one = choices ? `one of ${choices.join(', ')}` : words[type ?? 'any']
  if (arity === 1) return one
  const count = { '+': 'one or more', '*': 'any number' }[arity] ?? arity
  return `${count}, each ${one}`
}
const words = { int: 'a whole number', float: 'a number', str: 'text', json: 'JSON', any: 'text' }

const options = new Map()
for (const flag of data.flags) {
  const option = optionOf(flag.flag)
  if (options.has(option)) throw new Error(`${flag.flag} and ${options.get(option).flag} are both ${option}`)
  options.set(option, flag)
}

const rows = [...options]
const property = ([option, flag]) => [
  `  /** \`${flag.flag}\` (${origins[flag.origin]}): ${meaning(flag)}. */`,
  `  readonly ${option}?: ${valueType(flag)} | undefined`,
]
const entry = ([option, { flag, origin, arity, type, choices }]) => {
  const facts = [`flag: '${flag}'`, `origin: '${origin}'`, `arity: ${literal(arity)}`]
  if (type !== undefined) facts.push(`type: '${type}'`)
  if (choices !== undefined) facts.push(`choices: [${choices.map(literal).join(', ')}]`)
  return `  ${option}: { ${facts.join(', ')} },`
}

const text = [
  '// Written by scripts/write-slime-options.mjs from scripts/slime-flags.json; do not edit.',
  "import type { JsonObject, SlimeFlag } from '../slime-flag.js'",
  '',
  '/** Names where the table of flags comes from; `imageDigest` is null until the image was resolved once. */',
  'export const slimeFlagsSource = {',
  `  image: '${data.image}',`,
  `  imageDigest: ${data.imageDigest === null ? 'null' : literal(data.imageDigest)} as string | null,`,
  `  slimeCommit: '${data.slimeCommit}',`,
  `  megatronCommit: '${data.megatronCommit}',`,
  '} as const',
  '',
  '/** Every flag of slime, Megatron and SGLang as options; those that SGLang calls old are left out. */',
  'export interface SlimeFlags {',
  ...rows.flatMap(property),
  '}',
  '',
  '/** What each option becomes on the command line. */',
  'export const slimeFlags: Readonly<Record<keyof SlimeFlags, SlimeFlag>> = {',
  ...rows.map(entry),
  '}',
  '',
].join('\n')

if (!process.argv.includes('--check')) writeFileSync(output, text)
else if (readFileSync(output, 'utf8') !== text) {
  process.stderr.write(
    'the options of SlimeRecipe are not what the table says; run: node packages/gym/scripts/write-slime-options.mjs\n',
  )
  process.exitCode = 1
}
