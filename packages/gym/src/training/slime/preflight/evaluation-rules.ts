import { samplesARollout } from './batch-rules.js'
import type { PreflightRule } from './rule.js'

/** Rules about the evaluation of a run while it trains. */
export const evaluationRules: readonly PreflightRule[] = [
  {
    name: 'eval-needs-data',
    severity: 'error',
    problem: ({ flags: { evalInterval, evalPromptData, evalConfig } }) =>
      evalInterval !== undefined && evalPromptData === undefined && evalConfig === undefined
        ? `evalInterval is ${evalInterval} and there is nothing to evaluate on; give TrainConfig an evalDataset, or leave evalInterval out`
        : undefined,
  },
  {
    name: 'eval-data-in-pairs',
    severity: 'error',
    problem: ({ flags: { evalPromptData } }) =>
      evalPromptData !== undefined && evalPromptData.length % 2 !== 0
        ? `evalPromptData has ${evalPromptData.length} entries; it takes pairs of a name and a path: ['haiku', '/data/eval.jsonl']`
        : undefined,
  },
  {
    name: 'one-eval-data',
    severity: 'error',
    problem: ({ evaluation, flags: { evalConfig, evalPromptData } }) => {
      if (evaluation === null) return undefined
      const other =
        evalConfig !== undefined
          ? `evalConfig ${evalConfig}`
          : evalPromptData?.[1] === evaluation.path
            ? undefined
            : `evalPromptData ${JSON.stringify(evalPromptData)}`
      return other === undefined
        ? undefined
        : `${other} and evalDataset ${evaluation.datasetName} are two things to evaluate on, and slime would take the first only; leave one of the two out`
    },
  },
  {
    name: 'one-chat-template',
    severity: 'error',
    problem: ({ evaluation, datasetName, appliesChatTemplate }) =>
      evaluation !== null && evaluation.appliesChatTemplate !== appliesChatTemplate
        ? `dataset ${datasetName} has applyChatTemplate ${appliesChatTemplate} and evalDataset ${evaluation.datasetName} has ${evaluation.appliesChatTemplate}, but slime treats both alike; give both the same`
        : undefined,
  },
  {
    name: 'eval-size',
    severity: 'notice',
    problem: (run) => {
      const { evaluation, flags } = run
      if (evaluation === null || evaluation.rows === null) return undefined
      const { nSamplesPerEvalPrompt = 1, evalInterval = 1 } = flags
      const responses = evaluation.rows * nSamplesPerEvalPrompt
      const between = samplesARollout(run) * evalInterval
      if (responses <= between) return undefined
      return `each evaluation samples ${responses} responses (${evaluation.rows} rows of ${evaluation.datasetName}, nSamplesPerEvalPrompt ${nSamplesPerEvalPrompt}), more than the ${between} of the ${evalInterval} rollouts between two of them; for a shorter run give it fewer rows or a larger evalInterval`
    },
  },
]
