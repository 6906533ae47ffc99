import { pronouncedWords } from './pronounced-words.js'

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
  dictionary ??= pronouncedWords()
  return dictionary
}
