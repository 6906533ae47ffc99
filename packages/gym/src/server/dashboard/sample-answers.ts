import type { SampleRecord } from '../../store/records.js'
import { finiteJson } from './finite-json.js'
import type { GroupList, Sample, SampleList } from './run-schemas.js'
import { shownText } from './shown-text.js'
import { type Suspicion, suspicionsOf, textCounts } from './suspicions.js'

type Group = GroupList['items'][number]
type SampleWithPrompt = SampleList['items'][number]

/** Puts the samples of a step together by group, in order; the best of a group first. */
export function groupsOf(samples: readonly SampleRecord[]): Group[] {
  const shown = shownSamples(samples)
  const groups = new Map<number, Group>()
  for (const record of samples) {
    const { groupIndex, rowIndex, input } = record
    const group = groups.get(groupIndex) ?? { groupIndex, rowIndex, prompt: shownText(input), samples: [] }
    group.samples.push(shown(record))
    groups.set(groupIndex, group)
  }
  const all = [...groups.values()]
  for (const group of all) group.samples.sort(bestFirst)
  return all
}

/** Lists the samples of a step one by one, each with its prompt: those with a mark, and with a text, that are asked for. */
export function samplesAnswer(
  samples: readonly SampleRecord[],
  { mark, search = '' }: { readonly mark?: Suspicion | 'any' | undefined; readonly search?: string | undefined },
): SampleWithPrompt[] {
  const shown = shownSamples(samples)
  const wanted = search.toLowerCase()
  return samples.flatMap((record) => {
    const { input, response } = record
    if (wanted !== '' && !`${input}\n${response}`.toLowerCase().includes(wanted)) return []
    const sample = shown(record)
    const isMarked =
      mark === 'any' ? sample.suspicions.length > 0 : mark === undefined || sample.suspicions.includes(mark)
    return isMarked ? [{ ...sample, prompt: shownText(input) }] : []
  })
}

/** Sorts samples; what could not be scored comes last either way. */
export function orderedSamples<Item extends Sample>(
  samples: readonly Item[],
  order: 'group' | 'best' | 'worst' | 'longest',
): Item[] {
  if (order === 'best') return samples.toSorted(bestFirst)
  if (order === 'worst') return samples.toSorted((a, b) => (a.score ?? Infinity) - (b.score ?? Infinity) || 0)
  return order === 'longest' ? samples.toSorted((a, b) => b.tokens - a.tokens) : [...samples]
}

/** Sorts groups by their best sample (best first) or their worst (worst first). */
export function orderedGroups(groups: readonly Group[], order: 'group' | 'best' | 'worst'): Group[] {
  const worst = ({ samples }: Group) => Math.min(...samples.map(({ score }) => score ?? Infinity))
  const best = ({ samples }: Group) => Math.max(...samples.map(({ score }) => score ?? -Infinity))
  if (order === 'best') return groups.toSorted((a, b) => best(b) - best(a) || 0)
  return order === 'worst' ? groups.toSorted((a, b) => worst(a) - worst(b) || 0) : [...groups]
}

// Two that have no score differ by NaN, which counts as alike.
function bestFirst(a: Sample, b: Sample): number {
  return (b.score ?? -Infinity) - (a.score ?? -Infinity) || 0
}

function shownSamples(samples: readonly SampleRecord[]): (record: SampleRecord) => Sample {
  const times = textCounts(samples)
  const marks = suspicionsOf(samples)
  return (record) => {
    const { groupIndex, sampleIndex, rowIndex, response, score, advantage, tokenIds, finishReason, details } = record
    return {
      ...finiteJson({ score, advantage, details }),
      groupIndex,
      sampleIndex,
      rowIndex,
      response: shownText(response),
      tokens: tokenIds.length,
      finishReason,
      duplicates: (times.get(response) ?? 1) - 1,
      suspicions: marks.get(record) ?? [],
    }
  }
}
