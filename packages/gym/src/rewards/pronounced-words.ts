import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { GymError } from '../errors.js'

/**
 * Reads the syllables of every word of the CMU Pronouncing Dictionary that is a run of ASCII letters, by its first
 * pronunciation. In a bundle for a trainer elsewhere, where the package is not, this module is replaced by its result.
 *
 * Scans the package's source text instead of importing it: a reward must answer synchronously, `import()` cannot, and
 * `require` of an ES module needs a Node without `--no-experimental-require-module` and takes twice as long. The
 * test of countSyllables compares every word with the package's own export.
 */
export function pronouncedWords(): ReadonlyMap<string, number> {
  const file = createRequire(import.meta.url).resolve('cmu-pronouncing-dictionary')
  const syllables = new Map<string, number>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    // `  "word": "W ER1 D",`; variants such as "word(2)" and words with other signs never match a run of letters.
    const entry = /^ {2}"([a-z]+)": "([^"#]*)/.exec(line)
    if (entry?.[1] !== undefined && entry[2] !== undefined) syllables.set(entry[1], vowelPhones(entry[2]))
  }
  if (syllables.size < 100_000) {
    const found = `${syllables.size} words in ${file}`
    throw new GymError(
      'config',
      'bad-dictionary',
      `the syllable dictionary is damaged (${found}); reinstall training-gym`,
    )
  }
  return syllables
}

/** Vowel phones carry a stress digit (`ER1`), consonants none. */
function vowelPhones(phones: string): number {
  let count = 0
  for (let at = 0; at < phones.length; at++) {
    const code = phones.charCodeAt(at)
    if (code >= 48 && code <= 57) count++
  }
  return count
}
