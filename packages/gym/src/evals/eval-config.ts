import type { ModelDeployment } from '../deployments/model-deployment.js'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import { shownValue } from '../options/shown-value.js'
import {
  type CheckedEvalOptions,
  type EvalOptions,
  type EvaluateOptions,
  evalOptionsSchema,
  evaluateOptionsSchema,
  refuseIgnoredOptions,
} from './eval-options.js'
import type { EvalResult } from './eval-result.js'
import { checkGateNames } from './gates.js'
import { runEvaluation } from './run-evaluation.js'
import { scorerNames } from './scorers.js'

/**
 * Says how a model is evaluated: on which rows, and how a response is scored.
 *
 * @example
 * const evaluation = new EvalConfig({ dataset: new HaikuTopics({ split: 'eval' }), reward: haiku, nSamples: 8 })
 * const result = await evaluation.evaluate(deployment)
 */
export class EvalConfig {
  readonly #options: CheckedEvalOptions
  readonly #given: EvalOptions

  /**
   * Throws GymError 'config' for unknown or bad options, none or several ways to score, options that `evalFn` would ignore,
   * and a gate without its scorer.
   */
  constructor(options: EvalOptions) {
    this.#options = parseOptions(evalOptionsSchema, options, 'EvalConfig')
    refuseIgnoredOptions(options)
    checkGateNames(this.#options.gate, scorerNames(this.#options))
    this.#given = options
  }

  /** Returns a copy with some options changed. */
  with(changes: Partial<EvalOptions>): EvalConfig {
    return new EvalConfig({ ...this.#given, ...changes })
  }

  /**
   * Evaluates a deployment; every response is kept in the store as it comes. A row that fails is recorded and counted.
   *
   * Throws GymError with the boundary of the failure when all of the first `maxConcurrency` rows, or all rows at all, fail;
   * 'data' for an unusable dataset, 'store' when a row cannot be kept, 'interrupted' when `signal` aborts, 'config' when
   * the evaluation to `resume` is another one.
   */
  async evaluate(deployment: ModelDeployment, options: EvaluateOptions = {}): Promise<EvalResult> {
    requireDeployment(deployment)
    return runEvaluation(this.#options, deployment, parseOptions(evaluateOptionsSchema, options, 'evaluate'))
  }
}

/** Tells from a deployment what looks like one to people who write JavaScript. */
function requireDeployment(deployment: unknown): void {
  const has = (name: string) => typeof (deployment as Record<string, unknown> | null | undefined)?.[name] === 'function'
  if (has('generate')) return
  const next = has('then')
    ? 'await it first'
    : has('serve')
      ? 'call its serve() and give what that returns'
      : 'give what DeploymentConfig.serve() or connect() returns'
  throw new GymError(
    'config',
    'not-a-deployment',
    `evaluate() takes a deployment, got ${shownValue(deployment)}; ${next}`,
  )
}
