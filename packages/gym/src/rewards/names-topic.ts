/**
 * Tells whether a text names a topic: each word of the topic occurs as a whole word, in any case, as it is or with "s"
 * or "es" added or a final "s" taken away. A topic without any word is never named.
 */
export function namesTopic(text: string, topic: string): boolean {
  const present = new Set(wordsOf(text))
  const wanted = wordsOf(topic)
  return wanted.length > 0 && wanted.every((word) => formsOf(word).some((form) => present.has(form)))
}

function formsOf(word: string): string[] {
  const forms = [word, `${word}s`, `${word}es`]
  if (word.length > 1 && word.endsWith('s')) forms.push(word.slice(0, -1))
  return forms
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? []
}
