import { isRecord } from '../is-record.js'
import type { DatasetRow, RewardSample } from '../trip.js'

/** What other tools know of one sample. */
export interface GivenSample {
  readonly input?: unknown
  readonly expected?: unknown
  /** Columns of the row, e.g. the tests of a unit-test scorer. */
  readonly columns?: Readonly<Record<string, unknown>>
}

/** Makes a sample of what another tool knows; texts stay as they are, anything else is written as JSON. */
export function sampleOf(output: unknown, { input, expected, columns }: GivenSample): RewardSample {
  const text = asText(input)
  const row: DatasetRow = {
    index: 0,
    input: text,
    ...(expected === undefined || expected === null ? {} : { output: asText(expected) }),
    columns: { ...fieldsOf(input), ...fieldsOf(expected), ...columns },
  }
  return {
    row,
    messages: [{ role: 'user', content: text }],
    response: asText(output),
    finishReason: 'stop',
    sampleIndex: 0,
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

function fieldsOf(value: unknown): object {
  return isRecord(value) ? value : {}
}
