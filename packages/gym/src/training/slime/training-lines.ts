import type { Dataset } from '../../datasets/dataset.js'
import { GymError } from '../../errors.js'
import type { DatasetRow, Message } from '../../trip.js'

/** One line of `train.jsonl`. slime hands `row` to the reward as it is, and calls it the label. */
export interface TrainingLine {
  /** A text where the dataset goes without a chat template: the whole prompt. */
  readonly messages: readonly Message[] | string
  /** The row, with its messages, so that the reward sees what it sees in an evaluation. */
  readonly row: DatasetRow & { readonly messages: readonly Message[] }
}

/**
 * Writes rows as the lines of a data file. Fewer rows than `atLeast` are repeated as a whole: slime starts over only once
 * for a batch, so a shorter file would give it fewer prompts than it asked for.
 */
export function trainingLines(dataset: Dataset, rows: readonly DatasetRow[], atLeast = 1): string {
  if (rows.length === 0)
    throw new GymError('data', 'no-rows', `dataset ${dataset.name} has no rows; give it at least one`)
  const lines = rows.map((row): TrainingLine => {
    const messages = dataset.messages(row)
    const prompt = dataset.applyChatTemplate === false ? messages.map(({ content }) => content).join('') : messages
    return { messages: prompt, row: { ...row, messages } }
  })
  const once = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return once.repeat(timesToRepeat(rows.length, atLeast))
}

/** How often rows must stand in the file so that it has at least `atLeast` lines. */
export function timesToRepeat(rows: number, atLeast: number): number {
  return Math.max(1, Math.ceil(atLeast / rows))
}

/** Names in a line's `metadata` by which slime steers itself. */
const reserved = ['rm_type', 'raw_reward', 'round_number', 'source_name']

/**
 * Checks a data file line by line. slime skips a line that is not JSON with no more than a printed word, and lets a line
 * take over the reward by its metadata.
 *
 * @throws GymError `bad-line` with boundary 'data' that names the line.
 */
export function checkTrainingLines(text: string): void {
  for (const [index, line] of text.split('\n').entries()) {
    const problem = line.trim() === '' ? undefined : lineProblem(line)
    if (problem !== undefined)
      throw new GymError('data', 'bad-line', `line ${index + 1} of the training data ${problem}`)
  }
}

function lineProblem(text: string): string | undefined {
  let line: Partial<Record<string, unknown>>
  try {
    line = JSON.parse(text)
  } catch {
    return 'is not JSON: slime would skip it without stopping; repair or remove it'
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line))
    return 'is no JSON object; write {"messages": [...], "row": {...}}'
  if (!(Array.isArray(line.messages) || typeof line.messages === 'string') || line.messages.length === 0)
    return 'has no messages; give it at least one'
  if (line.row === undefined) return 'has no row, which the reward needs'
  if ('tools' in line) return 'has "tools", which slime takes for the tools of a chat template; rename it'
  const taken = Object.keys(line.metadata ?? {}).filter((name) => reserved.includes(name))
  if (taken.length > 0) return `has metadata "${taken[0]}", by which slime steers itself; rename it`
  return undefined
}
