import { isNameless } from './scorers.js'

/** Functions that `--reward` gives; a recorded scorer has the name of its function. */
const bundled: Readonly<Record<string, string>> = {
  haiku: 'haiku',
  exactMatch: 'exact-match',
  numericAnswer: 'numeric-answer',
  mathAnswer: 'math-answer',
  javascriptTests: 'javascript-tests',
  pythonTests: 'python-tests',
}

/** Says with which flag `rescore` takes a scorer, by its recorded name: its own functions a user gives in a config file. */
export function rescoreFlag(scorer: string): string {
  if (isNameless(scorer)) return '--config <a config file with the scorer for both>'
  const name = Object.hasOwn(bundled, scorer) ? bundled[scorer] : undefined
  return name === undefined ? `--config <a config file with "${scorer}">` : `--reward ${name}`
}
