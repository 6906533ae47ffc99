import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'
import { pronouncedWords } from '../../rewards/pronounced-words.js'

/** Packages of this installation that have native parts or are the machinery itself: nothing that a reward runs. */
const notForRewards = /^(onnxruntime-node|libsql|@libsql\/|esbuild$|acorn$|modal$|playwright|jiti$|@clack\/)/

/** Finds the built library, also from its TypeScript sources under a test runner. */
export function builtModule(path: string): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? `../../../dist/${path}` : `../../${path}`, import.meta.url))
}

/**
 * Lets a bundle take from the gym what the reward uses and nothing else: native packages stay outside, and the syllables
 * of the dictionary travel as text. That unused modules of ours are dropped is said by "sideEffects" in package.json.
 */
export function gymInBundle(): Plugin {
  return {
    name: 'gym-in-bundle',
    setup(build) {
      build.onResolve({ filter: /^training-gym$/ }, () => ({ path: builtModule('index.js'), sideEffects: false }))
      build.onResolve({ filter: notForRewards }, ({ path }) => ({ path, external: true, sideEffects: false }))
      build.onLoad({ filter: /[\\/]rewards[\\/]pronounced-words\.js$/ }, () => ({ contents: inlineWords() }))
    },
  }
}

/** Words by their number of syllables, as one text each. */
function inlineWords(): string {
  const bySyllables = new Map<number, string[]>()
  for (const [word, count] of pronouncedWords()) {
    const words = bySyllables.get(count)
    if (words === undefined) bySyllables.set(count, [word])
    else words.push(word)
  }
  const texts = Object.fromEntries([...bySyllables].map(([count, words]) => [count, words.join(' ')]))
  return `
const texts = ${JSON.stringify(texts)}
export function pronouncedWords() {
  const syllables = new Map()
  for (const [count, text] of Object.entries(texts)) {
    for (const word of text.split(' ')) syllables.set(word, Number(count))
  }
  return syllables
}
`
}
