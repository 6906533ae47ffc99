import { z } from 'zod'
import { stripEndOfTurn } from '../../server/rewards/strip-end-of-turn.js'
import type { SampleRecord } from '../../store/records.js'
import type { ScoredLine } from './rollout-samples.js'

/** What the sample hook writes of one sample. */
const lineSchema = z.object({
  dataset: z.string().optional(),
  group: z.int().nullable(),
  row: z.int().nullable(),
  response: z.string(),
  score: z.number(),
  details: z.record(z.string(), z.unknown()),
  status: z.string(),
  tokens: z.array(z.int()).optional(),
  logprobs: z.array(z.number().nullable()).optional(),
})

/** A sample as it was trained on, or a response of an evaluation. */
export interface KeptSample extends Omit<ScoredLine, 'row' | 'rawResponse'> {
  /** Of an evaluation: what it was on. */
  readonly dataset: string | null
  readonly group: number | null
  /** Null where the label held no row of the gym. */
  readonly row: number | null
  readonly details: Readonly<Record<string, unknown>>
  readonly finishReason: 'stop' | 'length'
  /** Of the response; empty where the bound on them was reached. */
  readonly tokenIds: readonly number[]
  /** NaN for a token that was not sampled. */
  readonly logprobs: readonly number[]
}

/** What the reward server adds to its reply beside the reward's own details. */
const ofTheServer = new Set(['episode', 'done'])

/** Reads the samples of a rollout, or of an evaluation, that the sample hooks wrote. Lines that hold no score are left out. */
export function readKeptSamples(text: string): KeptSample[] {
  return text.split('\n').flatMap((line) => {
    const read = lineSchema.safeParse(parsed(line))
    if (!read.success) return []
    const { dataset = null, group, row, response, score, details, status, tokens = [], logprobs = [] } = read.data
    return {
      dataset,
      group,
      row,
      // A reward never saw the marker of the end of a turn; neither does a reader.
      response: stripEndOfTurn(response),
      score,
      details: Object.fromEntries(Object.entries(details).filter(([name]) => !ofTheServer.has(name))),
      finishReason: status === 'completed' ? 'stop' : 'length',
      tokenIds: tokens,
      logprobs: logprobs.map((value) => value ?? Number.NaN),
    }
  })
}

/** Turns the samples of a rollout, in the order in which slime trained on them, into the records that people read. */
export function keptSampleRecords(
  rolloutId: number,
  samples: readonly KeptSample[],
  inputs: ReadonlyMap<number, string>,
): SampleRecord[] {
  const groups = new Map<number | null, { readonly groupIndex: number; size: number }>()
  return samples.map(({ group, row, response, score, details, finishReason, tokenIds, logprobs }) => {
    const place = groups.get(group) ?? { groupIndex: groups.size, size: 0 }
    groups.set(group, place)
    const rowIndex = row ?? -1
    return {
      rolloutId,
      groupIndex: place.groupIndex,
      sampleIndex: place.size++,
      rowIndex,
      input: inputs.get(rowIndex) ?? (row === null ? 'unknown row' : `row ${row}`),
      response,
      score: details.unscorable === true ? null : score,
      advantage: null,
      tokenIds,
      logprobs,
      finishReason,
      details,
    }
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
