import type { TrainGroup } from '../engine-api.js'

/** The groups of one replica, and where the responses of each stand in the whole. */
export interface Share {
  readonly groups: readonly TrainGroup[]
  readonly places: readonly Place[]
}

interface Place {
  readonly groupIndex: number
  readonly responses: readonly number[]
}

interface Piece extends Place {
  readonly group: TrainGroup
  readonly tokens: number
}

/** With fewer groups for each replica than this, groups are cut: each piece computes the prompt again. */
const fewestGroups = 2

/**
 * Deals groups out to replicas so that each has tokens in proportion to its threads: the longest first, each to whoever is
 * least busy. Depends on nothing but the input, so that a resumed run computes the same.
 */
export function shareGroups(groups: readonly TrainGroup[], threads: readonly number[]): Share[] {
  const dealt = threads.map((): Piece[] => [])
  const pieces = groups.length < fewestGroups * threads.length ? cut(groups, threads.length) : cut(groups, 1)
  const loads = threads.map(() => 0)
  for (const piece of [...pieces].sort((a, b) => b.tokens - a.tokens)) {
    const cost = (replica: number) => ((loads[replica] as number) + piece.tokens) / (threads[replica] as number)
    const chosen = threads.reduce((best, _, replica) => (cost(replica) < cost(best) ? replica : best), 0)
    loads[chosen] = (loads[chosen] as number) + piece.tokens
    dealt[chosen]?.push(piece)
  }
  return dealt.map((share) => {
    const inOrder = share.sort(
      (a, b) => a.groupIndex - b.groupIndex || (a.responses[0] as number) - (b.responses[0] as number),
    )
    return {
      groups: inOrder.map(({ group, responses }) => ({
        ...group,
        responses: responses.map((i) => group.responses[i] as TrainGroup['responses'][number]),
      })),
      places: inOrder.map(({ groupIndex, responses }) => ({ groupIndex, responses })),
    }
  })
}

/** Cuts each group into that many pieces of neighbouring responses, or fewer. */
function cut(groups: readonly TrainGroup[], parts: number): Piece[] {
  return groups.flatMap((group, groupIndex) => {
    const each = Math.max(1, Math.ceil(group.responses.length / parts))
    const pieces: Piece[] = []
    for (let from = 0; from < group.responses.length; from += each) {
      const some = group.responses.slice(from, from + each)
      const tokens = some.reduce((sum, { tokenIds }) => sum + tokenIds.length, group.promptTokenIds.length)
      pieces.push({ group, groupIndex, responses: some.map((_, i) => from + i), tokens })
    }
    return pieces
  })
}

/** Puts values by group and response of each share back into the order of the whole. */
export function unshare<T>(groups: readonly TrainGroup[], shares: readonly Share[], values: readonly T[][][]): T[][] {
  const result = groups.map(({ responses }) => new Array<T>(responses.length))
  shares.forEach(({ places }, replica) => {
    places.forEach(({ groupIndex, responses }, i) => {
      responses.forEach((response, j) => {
        ;(result[groupIndex] as T[])[response] = values[replica]?.[i]?.[j] as T
      })
    })
  })
  return result
}
