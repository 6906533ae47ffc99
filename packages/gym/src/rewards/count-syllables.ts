import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { GymError } from '../errors.js'

/**
 * Counts the syllables of an English text: the sum over its words (runs of ASCII letters).
 *
 * A word of the CMU Pronouncing Dictionary counts the vowel phones of its first pronunciation. Any other word counts its
 * groups of vowel letters, less a final "e" where there is more than one group, and at least 1. The first call reads the
 * dictionary (4.7 MB, about 0.2 s); later ones do not.
 */
export function countSyllables(text: string): number {
  let sum = 0
  for (const [word] of text.matchAll(/[a-zA-Z]+/g)) sum += syllablesOfWord(word.toLowerCase())
  return sum
}

/** True when the dictionary knows the word, so that its count is not a guess from its spelling. */
export function isDictionaryWord(word: string): boolean {
  return pronounced().has(word.toLowerCase())
}

function syllablesOfWord(word: string): number {
  const known = pronounced().get(word)
  if (known !== undefined) return known
  const groups = word.match(/[aeiouy]+/g)?.length ?? 0
  return Math.max(1, word.endsWith('e') && groups > 1 ? groups - 1 : groups)
}

let dictionary: ReadonlyMap<string, number> | undefined

function pronounced(): ReadonlyMap<string, number> {
  dictionary ??= readDictionary()
  return dictionary
}

/**
 * Scans the package's source text instead of importing it: a reward must answer synchronously, `import()` cannot, and
 * `require` of an ES module needs a Node without `--no-experimental-require-module` and takes twice as long. The
 * test beside this file compares every word with the package's own export.
 */
function readDictionary(): ReadonlyMap<string, number> {
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
