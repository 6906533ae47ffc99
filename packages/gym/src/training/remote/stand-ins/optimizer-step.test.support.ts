import type { Engine } from '@training-gym/engine'
import { groupAdvantages } from '../../group-advantages.js'
import type { PythonSample } from './call-hook.test.support.js'
import { rewardValue } from './remote-rm.test.support.js'
import type { SlimeArguments } from './slime-flags.test.support.js'

/** Returns the scores of a group, which must be numbers. */
export function scoresOf(args: SlimeArguments, group: readonly PythonSample[]): number[] {
  return group.map(({ reward }) => rewardValue(reward, args.text('--reward-key')))
}

/** What was sampled in one go, and the tokens before it. */
interface Span {
  readonly promptTokenIds: number[]
  readonly tokenIds: number[]
  readonly oldLogprobs: number[]
}

/**
 * Cuts the response of a sample into what was sampled in one go, each with the tokens before it: what an
 * environment said is context and no more.
 */
function spansOf({ tokens, response_length, loss_mask, rollout_log_probs }: PythonSample): Span[] {
  const start = tokens.length - response_length
  const mask = loss_mask ?? new Array<number>(response_length).fill(1)
  const spans: Span[] = []
  for (const [at, isTrained] of mask.entries()) {
    if (isTrained === 0) continue
    if (at === 0 || mask[at - 1] === 0) {
      spans.push({ promptTokenIds: tokens.slice(0, start + at), tokenIds: [], oldLogprobs: [] })
    }
    spans.at(-1)?.tokenIds.push(tokens[start + at] ?? 0)
    spans.at(-1)?.oldLogprobs.push(rollout_log_probs?.[at] ?? 0)
  }
  return spans
}

/** Takes one optimizer step on all groups that teach something; null when none does. */
export async function optimizerStep(
  engine: Engine,
  args: SlimeArguments,
  sampled: readonly (readonly PythonSample[])[],
) {
  const groups = sampled.flatMap((samples) => {
    const options = { advantageEstimator: 'grpo', grpoStdNormalization: true } as const
    const advantages = groupAdvantages(scoresOf(args, samples), options)
    if (advantages === null) return []
    // Those after the same tokens make one group: all first turns of a prompt.
    const alike = new Map<string, (Span & { readonly advantage: number })[]>()
    for (const [i, sample] of samples.entries()) {
      for (const span of spansOf(sample)) {
        const key = span.promptTokenIds.join()
        alike.set(key, [...(alike.get(key) ?? []), { ...span, advantage: advantages[i] ?? 0 }])
      }
    }
    return [...alike.values()].map((responses) => ({
      promptTokenIds: responses[0]?.promptTokenIds ?? [],
      responses,
    }))
  })
  if (groups.length === 0) return null
  const denominator = groups.flatMap((group) => group.responses).reduce((sum, one) => sum + one.tokenIds.length, 0)
  return await engine.trainStep({
    groups,
    denominator,
    temperature: args.number('--rollout-temperature', 1),
    loss: {
      kind: 'grpo',
      epsClip: args.number('--eps-clip', 0.2),
      epsClipHigh: args.number('--eps-clip-high', 0.2),
      klCoef: 0,
      klType: 'k3',
      entropyCoef: args.number('--entropy-coef', 0),
    },
    optimizer: {
      lr: args.number('--lr'),
      beta1: args.number('--adam-beta1', 0.9),
      beta2: args.number('--adam-beta2', 0.95),
      eps: 1e-8,
      weightDecay: args.number('--weight-decay', 0),
      clipGrad: 1,
    },
  })
}
