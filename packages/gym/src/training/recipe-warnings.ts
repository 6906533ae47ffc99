import type { ResolvedGrpo } from './grpo-recipe.js'

/** A sequence's ratio is a geometric mean over its tokens, so it hardly leaves this band; a wider clip never bites. */
const WIDE_SEQUENCE_CLIP = 0.01

/** Lists options that are allowed and seldom meant, in plain words with what to choose instead; said once, at the start. */
export function recipeWarnings(recipe: ResolvedGrpo): string[] {
  const warnings: string[] = []
  if (recipe.klLossType === 'k1' && recipe.klLossCoef > 0) {
    warnings.push(
      'klLossType "k1" holds the policy nowhere: on its own samples the gradient of that term has zero mean, so it only adds noise; choose "k2"',
    )
  }
  if (recipe.policyLoss === 'gspo' && Math.max(recipe.epsClip, recipe.epsClipHigh) > WIDE_SEQUENCE_CLIP) {
    warnings.push(
      `policyLoss "gspo" clips a mean over a whole sequence, which epsClip ${recipe.epsClip} and epsClipHigh ${recipe.epsClipHigh} hardly ever reach; the paper takes 3e-4 and 4e-4`,
    )
  }
  return warnings
}
