import { timesToRepeat } from '../training-lines.js'
import type { PlannedRun, PreflightRule } from './rule.js'
import { unevenShares } from './uneven-shares.js'

/** Samples of one rollout. */
export function samplesARollout({ flags }: Pick<PlannedRun, 'flags'>): number {
  return (flags.rolloutBatchSize ?? 0) * (flags.nSamplesPerPrompt ?? 1)
}

/** Rules about how many prompts, samples and steps a rollout has. */
export const batchRules: readonly PreflightRule[] = [
  {
    name: 'whole-steps',
    severity: 'error',
    problem: (run) => {
      const samples = samplesARollout(run)
      const { globalBatchSize, rolloutBatchSize, nSamplesPerPrompt } = run.flags
      if (globalBatchSize === undefined || samples % globalBatchSize === 0) return undefined
      return `globalBatchSize ${globalBatchSize} does not divide a rollout's ${samples} samples (rolloutBatchSize ${rolloutBatchSize} times nSamplesPerPrompt ${nSamplesPerPrompt}); leave it out, or give a divisor of ${samples}`
    },
  },
  {
    name: 'steps-agree',
    severity: 'error',
    problem: (run) => {
      const { globalBatchSize, numStepsPerRollout } = run.flags
      if (globalBatchSize === undefined || numStepsPerRollout === undefined) return undefined
      const wanted = Math.floor(samplesARollout(run) / numStepsPerRollout)
      if (wanted === globalBatchSize) return undefined
      return `globalBatchSize ${globalBatchSize} and numStepsPerRollout ${numStepsPerRollout} disagree: ${samplesARollout(run)} samples in ${numStepsPerRollout} steps are ${wanted} each; leave one of the two out`
    },
  },
  {
    name: 'even-shares',
    severity: 'error',
    problem: (run) => unevenShares(run.flags, samplesARollout(run)),
  },
  {
    name: 'off-policy',
    severity: 'notice',
    problem: (run) => {
      const { globalBatchSize } = run.flags
      const steps = run.flags.numStepsPerRollout ?? samplesARollout(run) / (globalBatchSize ?? samplesARollout(run))
      if (!(steps > 1) || !Number.isInteger(steps)) return undefined
      return `each rollout makes ${steps} optimizer steps, so all but the first train on samples of an older policy; for one step leave globalBatchSize and numStepsPerRollout out`
    },
  },
  {
    name: 'group-of-one',
    severity: 'error',
    problem: ({ flags }) =>
      flags.nSamplesPerPrompt === 1 && ['grpo', 'gspo', 'cispo'].includes(flags.advantageEstimator ?? 'grpo')
        ? `nSamplesPerPrompt is 1, and a sample alone in its group has advantage zero under ${flags.advantageEstimator}; give at least 2`
        : undefined,
  },
  {
    name: 'positive-counts',
    severity: 'error',
    problem: ({ flags }) => {
      for (const option of [
        'numRollout',
        'rolloutBatchSize',
        'nSamplesPerPrompt',
        'globalBatchSize',
        'rolloutMaxResponseLen',
        'saveInterval',
        'evalInterval',
        'nSamplesPerEvalPrompt',
        'evalMaxResponseLen',
      ] as const) {
        const value = flags[option]
        if (value !== undefined && value < 1) return `${option} is ${value}; give a whole number of at least 1`
      }
      return undefined
    },
  },
  {
    name: 'over-sampling',
    severity: 'error',
    problem: ({ flags: { overSamplingBatchSize: over, rolloutBatchSize = 0 } }) =>
      over !== undefined && over < rolloutBatchSize
        ? `overSamplingBatchSize ${over} is below rolloutBatchSize ${rolloutBatchSize}; give at least as much, or leave it out`
        : undefined,
  },
  {
    name: 'rows-fill-a-batch',
    severity: 'notice',
    problem: ({ rows, datasetName, flags }) => {
      const wanted = flags.overSamplingBatchSize ?? flags.rolloutBatchSize ?? 1
      if (rows === null || rows === 0 || rows >= wanted) return undefined
      return `dataset ${datasetName} has ${rows} rows and a rollout asks for ${wanted} prompts, so every row is written ${timesToRepeat(rows, wanted)} times and rollouts repeat prompts`
    },
  },
  {
    name: 'has-rows',
    severity: 'error',
    problem: ({ rows, datasetName }) =>
      rows === 0 ? `dataset ${datasetName} has no rows; give it at least one` : undefined,
  },
]
