import type { ModelDeployment } from '../../deployments/model-deployment.js'
import { GymError } from '../../errors.js'
import { EvalConfig } from '../../evals/eval-config.js'
import { type EvalResult, evalResultFromStore } from '../../evals/eval-result.js'
import { recordedConfig } from '../../evals/recorded-config.js'
import { resultByScorer } from '../../evals/result-by-scorer.js'
import { requireScorer } from '../../evals/scorers.js'
import type { ProgressEvent } from '../../progress.js'
import type { EvalRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { type CommandSession, warnAlways } from '../command-session.js'
import { type Job, type JobFlags, resolveJob } from '../config/resolve-job.js'
import { withLoad } from '../config/with-load.js'
import { watchedProgress } from '../watch-line.js'
import { recordedJob } from './recorded-job.js'
import { gatesOfJob, mainScorerOf, rewardTimeLimitOf, scoringOfJob } from './scoring-of-job.js'

/** The flags of `eval` that say how to ask. */
export interface EvalRunFlags {
  readonly url?: string
  readonly apiKey?: string
  readonly name?: string
  readonly nSamples?: number
  readonly passThreshold?: number
  readonly maxConcurrency?: number
  readonly temperature?: number
  readonly maxTokens?: number
  readonly resume?: string
  readonly against?: string
  readonly requireBetter?: boolean
}

export interface EvalRun {
  readonly result: EvalResult
  /** The config's `requireMean`, where it is for the scorer that gave the scores. */
  readonly requireMean: number | undefined
  /** The gates of the config that do not apply, since `--reward` names another scorer. */
  readonly gatesLeftOut: readonly string[]
  /** The evaluation of `--against`, as the main scorer of this one sees it. */
  readonly against: EvalResult | undefined
}

/** Serves or finds the model of `eval` and evaluates it; an evaluation to compare with is looked up before. */
export async function runEvalJob(
  flags: JobFlags & EvalRunFlags,
  session: CommandSession,
  store: Store,
  onBegun: (evalId: string) => void = () => {},
): Promise<EvalRun> {
  const { world, signal } = session
  const watch = watchedProgress(session)
  let evalId: string | null = null
  const onProgress = (event: ProgressEvent) => {
    if (event.kind === 'eval-start') {
      evalId = event.evalId
      onBegun(evalId)
    }
    watch(event)
  }
  const resumed = flags.resume === undefined ? undefined : await findRecord(store, flags.resume)
  const asked = { ...flags, url: flags.url ?? urlOf(resumed, flags) }
  requireAskable(asked)
  const job =
    resumed === undefined
      ? await resolveJob(withUrl(asked), world.cwd, 'eval')
      : await recordedJob(resumed, flags, world.cwd)
  const scoring = scoringOfJob(job, flags)
  const against = await findAgainst(store, flags, mainScorerOf(scoring))
  const recorded = resumed && recordedConfig(resumed)
  const { eval: settings } = job
  const { gate, requireMean, leftOut, notice } = gatesOfJob(job, flags)
  if (notice !== null) warnAlways(session, notice)

  // Read before anything is served: a row that is wrong should not cost a start first.
  const rows = await job.dataset.load({ signal })
  const evaluation = new EvalConfig({
    dataset: withLoad(job.dataset, async () => rows),
    ...scoring,
    gate,
    generateKwargs: {
      ...(recorded?.generateKwargs ?? settings?.generateKwargs),
      ...definedOnly({ temperature: flags.temperature, max_tokens: flags.maxTokens }),
    },
    ...definedOnly({
      promptColumn: recorded?.promptColumn,
      timeLimitMs: settings?.timeLimitMs,
      rewardTimeLimitMs: rewardTimeLimitOf(job),
    }),
  })
  const endpoint = asked.url === undefined ? null : await endpointOf(asked.url, flags, { resumed, session })
  await using deployment = await findDeployment(endpoint, job, { home: session.home, signal, onProgress })
  const evaluated = evaluation.evaluate(deployment, {
    ...{ store, signal, onProgress },
    ...definedOnly({
      name: flags.name,
      seed: job.seed,
      nSamples: flags.nSamples ?? recorded?.nSamples ?? settings?.nSamples,
      maxConcurrency: flags.maxConcurrency ?? settings?.maxConcurrency,
      passThreshold: flags.passThreshold ?? settings?.passThreshold ?? recorded?.passThreshold,
      resume: resumed?.evalId,
    }),
  })
  const result = await evaluated.catch((error: unknown) => {
    throw tellingHowToContinue(error, evalId, signal)
  })
  return { result, requireMean, gatesLeftOut: leftOut, against }
}

/** Adds to the end of an evaluation that was cut off after it had begun the command that goes on with it. */
function tellingHowToContinue(error: unknown, evalId: string | null, signal: AbortSignal): unknown {
  if (evalId === null || !GymError.is(error)) return error
  const isCutOff = error.boundary === 'interrupted' || (signal.aborted && error.cause === signal.reason)
  if (!isCutOff) return error
  const message = `${error.message}\nContinue it:  training-gym eval --resume ${evalId}`
  return new GymError(error.boundary, error.code, message, { cause: error })
}

async function findRecord(store: Store, reference: string): Promise<EvalRecord> {
  const evalId = await store.findEval(reference)
  const record = await store.evals.get(evalId)
  if (record === undefined)
    throw new GymError('config', 'no-such-record', `${store.file} holds no evaluation "${evalId}"`)
  return record
}

/** Behind a URL the deployment had no id but its address; one that was served here is served again. */
function urlOf(resumed: EvalRecord | undefined, flags: JobFlags): string | undefined {
  if (resumed === undefined || flags.model !== undefined || resumed.modelPath !== null) return undefined
  return /^https?:/.test(resumed.deploymentId ?? '') ? (resumed.deploymentId ?? undefined) : undefined
}

async function findAgainst(store: Store, flags: EvalRunFlags, scorer: string): Promise<EvalResult | undefined> {
  if (flags.against === undefined) {
    if (flags.requireBetter !== true) return undefined
    throw new GymError('config', 'bad-options', '--require-better needs --against: better than which evaluation?')
  }
  const record = await findRecord(store, flags.against)
  requireScorer(scorer, recordedConfig(record).scorers, `evaluation "${record.name}" (${record.evalId})`)
  return resultByScorer(await evalResultFromStore(store, record.evalId), scorer)
}

/** Behind a URL there are no weights to choose, only a name to ask for; a key has nobody else to go to. */
function requireAskable({ url, checkpoint, apiKey, compute }: JobFlags & EvalRunFlags): void {
  if (url !== undefined && compute !== undefined) {
    const message = `--compute says where to serve the model, and behind ${url} it is served already; leave one of the two out`
    throw new GymError('config', 'bad-options', message)
  }
  if (url !== undefined && checkpoint !== undefined) {
    const message = `--checkpoint ${checkpoint} cannot be loaded by what runs behind ${url}; leave it out, or give --model in place of --url to serve it here`
    throw new GymError('config', 'bad-options', message)
  }
  if (apiKey === undefined || url !== undefined) return
  throw new GymError('config', 'bad-options', '--api-key is sent to --url; give both, or leave --api-key out')
}

interface AskedEndpoint {
  readonly url: string
  readonly servedModelName: string | undefined
  readonly apiKey: string | undefined
}

async function endpointOf(
  url: string,
  { model, apiKey }: JobFlags & EvalRunFlags,
  { resumed, session }: { readonly resumed: EvalRecord | undefined; readonly session: CommandSession },
): Promise<AskedEndpoint> {
  return {
    url,
    servedModelName: model ?? (resumed?.deploymentId === url ? resumed.model : undefined),
    apiKey: apiKey ?? (await ownKeyFor(url, session)),
  }
}

/** The gym's own key is for what this home serves, not for whoever has a URL. */
async function ownKeyFor(url: string, { world, home, signal }: CommandSession): Promise<string | undefined> {
  const key = world.env.TRAINING_GYM_API_KEY || undefined
  if (key === undefined) return undefined
  const { listDeployments } = await import('../../deployments/stored-deployments.js')
  const { isRemote } = await import('../../deployments/remote/stored-servers.js')
  const served = await listDeployments({ home, signal })
  // One elsewhere takes tokens of its provider, to whom this key means nothing.
  const isOurs = served.some((one) => one.state === 'ready' && !isRemote(one) && isSameOrigin(one.url, url))
  return isOurs ? key : undefined
}

function isSameOrigin(one: string | null, other: string): boolean {
  return one !== null && URL.canParse(other) && new URL(one).origin === new URL(other).origin
}

async function findDeployment(
  endpoint: AskedEndpoint | null,
  job: Job,
  { home, signal, onProgress }: Pick<CommandSession, 'home' | 'signal' | 'onProgress'>,
): Promise<ModelDeployment> {
  if (endpoint !== null) {
    const { connect } = await import('../../deployments/connect.js')
    return await connect({ ...endpoint, signal })
  }
  const { DeploymentConfig } = await import('../../deployments/deployment-config.js')
  const { model, checkpoint, compute } = job
  return await new DeploymentConfig({ model, ...definedOnly({ checkpoint, compute }) }).serve({
    home,
    signal,
    onProgress,
  })
}

/** Behind a URL the model is whatever answers there; none need be named. */
function withUrl(flags: JobFlags & EvalRunFlags): JobFlags {
  return flags.url === undefined ? flags : { ...flags, model: flags.model ?? flags.url }
}

function definedOnly<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>
}
