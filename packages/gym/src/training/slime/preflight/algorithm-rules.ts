import { generateHookPath } from '../../remote/generate-hook.js'
import type { PreflightRule } from './rule.js'

/** Rules about losses, sampling and rewards that slime finds out only on the GPUs, some of them with a bare TypeError. */
export const algorithmRules: readonly PreflightRule[] = [
  {
    name: 'kl-needs-reference',
    severity: 'error',
    problem: ({ flags }) => {
      const by = flags.useKlLoss === true ? 'useKlLoss' : (flags.klCoef ?? 0) !== 0 ? 'klCoef' : undefined
      if (by === undefined || flags.refLoad?.startsWith('/') === true) return undefined
      return `${by} compares with the weights that the run starts from, which must be a folder in the training machine, but they are at ${JSON.stringify(flags.refLoad ?? null)}; give an absolute path`
    },
  },
  {
    name: 'one-kl',
    severity: 'error',
    problem: ({ flags: { klCoef = 0, klLossCoef = 0 } }) =>
      klCoef !== 0 && klLossCoef !== 0
        ? `klCoef ${klCoef} and klLossCoef ${klLossCoef} both punish the distance from the reference; set one of the two to 0`
        : undefined,
  },
  {
    name: 'kl-loss-is-on',
    severity: 'notice',
    problem: ({ flags: { klLossCoef = 0, useKlLoss } }) =>
      klLossCoef !== 0 && useKlLoss !== true
        ? `klLossCoef ${klLossCoef} has no effect without useKlLoss: true`
        : undefined,
  },
  {
    name: 'temperature-above-zero',
    severity: 'error',
    problem: ({ flags: { rolloutTemperature: temperature } }) =>
      temperature !== undefined && temperature <= 0
        ? `rolloutTemperature is ${temperature}: greedy samples of one prompt are all the same and teach nothing; give more than 0, e.g. 1`
        : undefined,
  },
  {
    name: 'normalized-advantages',
    severity: 'error',
    problem: ({ flags: { advantageEstimator: estimator, normalizeAdvantages } }) =>
      estimator?.startsWith('reinforce_plus_plus') === true && normalizeAdvantages !== true
        ? `advantageEstimator ${estimator} needs normalizeAdvantages: true`
        : undefined,
  },
  {
    name: 'one-reward',
    severity: 'error',
    problem: ({ hasReward, flags: { customRmPath, rmType, groupRm } }) => {
      const other = customRmPath !== undefined ? `customRmPath ${customRmPath}` : `rmType ${rmType}`
      const hasOther = customRmPath !== undefined || (rmType !== undefined && rmType !== 'remote_rm')
      if (hasReward && hasOther)
        return `${other} and customRmFunction are two rewards, and slime would take the first without a word; leave one of the two out`
      if (!hasReward && !hasOther)
        return 'SlimeRecipe needs a reward: give it as customRmFunction, or give TrainConfig a reward'
      if (hasReward && groupRm === true)
        return 'groupRm does nothing for customRmFunction, which scores one sample at a time, and ends evaluations; leave it out'
      return undefined
    },
  },
  {
    name: 'one-way-to-generate',
    severity: 'error',
    problem: ({ playsEpisodes, flags: { customGenerateFunctionPath: path } }) =>
      playsEpisodes && path !== generateHookPath
        ? `customGenerateFunctionPath ${path} and customGenerateFunction are two ways to generate; leave one of the two out`
        : undefined,
  },
  {
    name: 'top-p-of-episodes',
    severity: 'error',
    problem: ({ playsEpisodes, flags: { rolloutTopP: topP = 1 } }) =>
      playsEpisodes && topP !== 1
        ? `rolloutTopP is ${topP}, for which slime needs to know which tokens every draw chose from, and an environment played by customGenerateFunction does not bring them; leave rolloutTopP out`
        : undefined,
  },
]
