import { randomBytes } from 'node:crypto'
import type { ModelDeployment } from '../deployments/model-deployment.js'
import { GymError } from '../errors.js'
import { guardedCalls } from '../rewards/guarded-calls.js'
import { newId } from '../store/ids.js'
import type { EvalRecord } from '../store/records.js'
import type { CheckedEvalOptions, CheckedEvaluateOptions } from './eval-options.js'
import type { RowContext } from './evaluate-row.js'
import { checkGateNames, type Gate } from './gates.js'
import { namedScorers, scorerNames } from './scorers.js'

/** What an evaluation runs with: EvalConfig's options with those of the call over them. */
export interface EvalPlan extends Omit<RowContext, 'signal'> {
  readonly name: string
  readonly maxConcurrency: number
  readonly passThreshold: number | undefined
  readonly gate: Gate
  readonly call: CheckedEvaluateOptions
  readonly clock: () => number
}

/** Puts the options together; throws GymError 'config' where they contradict each other. */
export function planEvaluation(
  options: CheckedEvalOptions,
  deployment: ModelDeployment,
  call: CheckedEvaluateOptions,
): EvalPlan {
  const gate = call.gate ?? options.gate ?? {}
  checkGateNames(gate, scorerNames(options))
  if (options.dataset.applyChatTemplate === false && options.generateKwargs.chat_template_kwargs !== undefined) {
    const message = `dataset "${options.dataset.name}" has applyChatTemplate: false, so generateKwargs.chat_template_kwargs would have no effect; leave one of the two out`
    throw new GymError('config', 'bad-options', message)
  }
  return {
    options,
    deployment,
    scorers: namedScorers(options),
    caller: guardedCalls(),
    call,
    name: call.name ?? options.name ?? deployment.appName,
    nSamples: call.nSamples ?? options.nSamples ?? 1,
    seed: call.seed ?? options.seed ?? 0,
    maxConcurrency: call.maxConcurrency ?? options.maxConcurrency ?? 16,
    passThreshold: call.passThreshold ?? options.passThreshold,
    gate,
    clock: call.clock ?? Date.now,
  }
}

/** Makes the record of an evaluation that starts now. */
export function startedRecord({ options, deployment, ...plan }: EvalPlan, nRows: number): EvalRecord {
  const { dataset, evalFn, generateKwargs, timeLimitMs, rewardTimeLimitMs, promptColumn } = options
  const { nSamples, seed, maxConcurrency, passThreshold, gate } = plan
  const createdAt = plan.clock()
  return {
    evalId: newId('eval', createdAt, () => randomBytes(4)),
    state: 'running',
    name: plan.name,
    model: deployment.servedModelName,
    modelPath: deployment.modelPath,
    deploymentId: deployment.deploymentId,
    config: {
      dataset: dataset.name,
      scorers: scorerNames(options),
      ...{ nRows, nSamples, seed, maxConcurrency, timeLimitMs, gate },
      // An evalFn knows nothing of these.
      ...(evalFn === undefined ? { generateKwargs, rewardTimeLimitMs } : {}),
      ...(promptColumn === undefined ? {} : { promptColumn }),
      ...(passThreshold === undefined ? {} : { passThreshold }),
    },
    pid: process.pid,
    createdAt,
    finishedAt: null,
    summary: null,
    error: null,
  }
}
