import { z } from 'zod'
import { diversityOf } from '../../rewards/diversity.js'
import type { SampleRecord, StepMetrics } from '../../store/records.js'
import { numericDetails } from '../../trip.js'

/** What the reward server writes of one scored sample. */
const lineSchema = z.object({
  row: z.int(),
  response: z.string(),
  rawResponse: z.string().optional(),
  score: z.number(),
  details: z.record(z.string(), z.unknown()).optional(),
})
export type ScoredLine = z.infer<typeof lineSchema>

/** What the samples of a rollout say beyond what slime prints. */
export type SampleFigures = Pick<StepMetrics, 'rewardStd' | 'details' | 'unscorable' | 'diversity'>

/** Reads the log of the reward server. Lines that hold no score, and a last one that is still being written, are left out. */
export function readScoredLines(text: string): ScoredLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      const read = lineSchema.safeParse(JSON.parse(line))
      return read.success ? [read.data] : []
    } catch {
      return []
    }
  })
}

/**
 * Tells whether these are the samples of a rollout: the log does not say which rollout a sample is of, but the mean of
 * their scores must be what slime printed. Repeated or dropped samples make it differ.
 */
export function belongTo(
  lines: readonly Pick<ScoredLine, 'score'>[],
  { rewardMean }: Pick<StepMetrics, 'rewardMean'>,
): boolean {
  const mean = meanOf(lines.map(({ score }) => score))
  return Math.abs(mean - rewardMean) <= 1e-4 * Math.max(1, Math.abs(rewardMean))
}

/** Sorts the samples of a rollout by row and text: the order in which they were scored differs from one time to the next. */
export function inOneOrder(lines: readonly ScoredLine[]): ScoredLine[] {
  return [...lines].sort((a, b) => a.row - b.row || (a.response < b.response ? -1 : a.response > b.response ? 1 : 0))
}

/** Sums up the samples of a rollout. */
export function sampleFigures(lines: readonly Pick<ScoredLine, 'response' | 'score' | 'details'>[]): SampleFigures {
  const scores = lines.map(({ score }) => score)
  const mean = meanOf(scores)
  const values = new Map<string, number[]>()
  for (const { details = {} } of lines) {
    for (const [name, value] of Object.entries(numericDetails(details))) {
      values.set(name, [...(values.get(name) ?? []), value])
    }
  }
  const unscorable = values.get('unscorable')?.length ?? 0
  values.delete('unscorable')
  return {
    rewardStd: Math.sqrt(meanOf(scores.map((score) => (score - mean) ** 2))),
    details: Object.fromEntries([...values].map(([name, list]) => [name, meanOf(list)])),
    unscorable,
    diversity: diversityOf(lines.map(({ response }) => response)),
  }
}

/**
 * Turns the samples of a rollout, in the one order, into the records that people read. A group is so many samples of a row;
 * token ids, log-probabilities and advantages stay with the trainer.
 */
export function remoteSamples(
  rolloutId: number,
  lines: readonly ScoredLine[],
  { inputs, groupSize }: { readonly inputs: ReadonlyMap<number, string>; readonly groupSize: number },
): SampleRecord[] {
  const groups = new Map<string, number>()
  const counts = new Map<number, number>()
  return lines.map(({ row, response, rawResponse, score, details = {} }) => {
    const count = counts.get(row) ?? 0
    counts.set(row, count + 1)
    const group = `${row} ${Math.floor(count / groupSize)}`
    const groupIndex = groups.get(group) ?? groups.size
    groups.set(group, groupIndex)
    return {
      rolloutId,
      groupIndex,
      sampleIndex: count % groupSize,
      rowIndex: row,
      input: inputs.get(row) ?? `row ${row}`,
      response,
      score: details.unscorable === true ? null : score,
      advantage: null,
      tokenIds: [],
      logprobs: [],
      // The marker of the end of a turn is only there, to be taken off, where the model wrote it.
      finishReason: rawResponse === undefined ? 'length' : 'stop',
      details,
    }
  })
}

/** Reads the inputs of rows, by their index, out of the file of rows that a run was given. */
export function inputsOf(trainFile: string): Map<number, string> {
  const inputs = new Map<number, string>()
  for (const line of trainFile.split('\n')) {
    if (line === '') continue
    const { row } = JSON.parse(line) as { readonly row: { readonly index: number; readonly input: string } }
    inputs.set(row.index, row.input)
  }
  return inputs
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
