import type { TrainGroup } from '@training-gym/engine'
import type { ResolvedGrpo } from './grpo-recipe.js'

/**
 * Divides the loss of a step, so that it is the mean that `lossAggregation` names: gives the groups with the weight of
 * each response, and the one global divisor. Whatever batches the engine then makes, the gradient is the same.
 */
export function loadedGroups(
  groups: readonly TrainGroup[],
  { lossAggregation, rolloutMaxResponseLen }: Pick<ResolvedGrpo, 'lossAggregation' | 'rolloutMaxResponseLen'>,
): { groups: readonly TrainGroup[]; denominator: number } {
  const responses = groups.flatMap((group) => group.responses)
  switch (lossAggregation) {
    case 'token-mean':
      return { groups, denominator: responses.reduce((sum, response) => sum + trainedTokens(response), 0) }
    case 'sample-mean': {
      const perSample = groups.map((group) => ({
        ...group,
        responses: group.responses.map((response) => ({ ...response, weight: 1 / trainedTokens(response) })),
      }))
      return { groups: perSample, denominator: responses.length }
    }
    case 'constant':
      return { groups, denominator: responses.length * rolloutMaxResponseLen }
  }
}

function trainedTokens({ tokenIds, isTrained }: TrainGroup['responses'][number]): number {
  return isTrained === undefined ? tokenIds.length : isTrained.filter(Boolean).length
}
