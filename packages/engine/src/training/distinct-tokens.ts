import type { TrainGroup } from '../engine-api.js'
import { commonPrefix } from '../transformer/common-prefix.js'

/** Counts the positions that a step cannot do without: what several prompts begin with once, and every response. */
export function distinctTokens(groups: readonly TrainGroup[]): number {
  let own = 0
  const prompts: (readonly number[])[] = []
  for (const { promptTokenIds, responses } of groups) {
    const tokens = responses.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
    own += tokens
    // The last token of a prompt is counted with each response, which starts on a copy of it.
    if (tokens > 0) prompts.push(promptTokenIds.slice(0, -1))
  }
  // Sorted, each prompt has its longest common beginning with one of its neighbours.
  prompts.sort(compare)
  return prompts.reduce((sum, prompt, i) => sum + prompt.length - commonPrefix(prompts[i - 1] ?? [], prompt), own)
}

function compare(a: readonly number[], b: readonly number[]): number {
  const shared = commonPrefix(a, b)
  return (a[shared] ?? -1) - (b[shared] ?? -1)
}
