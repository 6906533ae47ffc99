import type { LossOptions, TrainGroup, TrainStepResult } from '@training-gym/engine'
import pLimit from 'p-limit'
import { GymError } from '../errors.js'
import { deriveSeed } from '../random/seeded-random.js'
import { scoreSample } from '../rewards/score-sample.js'
import type { DatasetRow, Message, Reward, Scored } from '../trip.js'
import { groupAdvantages } from './group-advantages.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import { learningRate } from './learning-rate.js'
import { loadedGroups } from './loaded-groups.js'
import { pickPrompts } from './pick-prompts.js'
import { promptTokenIds } from './prompt-token-ids.js'
import { sampleRecords, stepMetrics } from './step-metrics.js'
import { finishRollout, type TrainingRun } from './training-run.js'

/**
 * GRPO (arXiv 2402.03300) as one loop, from prompt to weight update.
 *
 * Which variant: advantages are centred in their group and not divided by its deviation (arXiv 2503.20783); the loss is
 * a mean over all trained tokens of a step (`lossAggregation` names others), with the clip set higher above than below (arXiv 2503.14476); the old policy
 * is the sampler itself, whose token ids and log-probabilities are trained on as they were drawn. Flat groups and
 * unscorable samples are dropped before the step, counted and shown. With the default batch there is one step a rollout,
 * so the ratio is 1 and the clip idle; a smaller `globalBatchSize` takes several steps on the same samples.
 *
 * What is left out: refilling flat groups, sampling ahead while training, several turns.
 */
export async function trainGrpo(run: TrainingRun, recipe: ResolvedGrpo, reward: Reward): Promise<void> {
  for (let rolloutId = run.startRollout; rolloutId < run.numRollout; rolloutId++) {
    run.signal.throwIfAborted()
    const started = run.now()
    const groups = await sampleGroups(run, recipe, rolloutId)
    const sampled = run.now()
    await scoreGroups(run, recipe, reward, groups, rolloutId)
    const scored = run.now()
    for (const group of groups) setAdvantages(group, recipe)
    const kl = await measureKl(run, recipe, groups)
    const steps = await updateWeights(run, recipe, groups, rolloutId)
    const trained = run.now()

    const seconds = {
      sample: (sampled - started) / 1000,
      score: (scored - sampled) / 1000,
      train: (trained - scored) / 1000,
      total: (trained - started) / 1000,
    }
    const metrics = stepMetrics({ rolloutId, groups, steps, kl, seconds })
    await finishRollout(run, metrics, sampleRecords(rolloutId, groups))
  }
}

/** One sample on its trip: drawn, then scored, then given an advantage. */
export interface RolloutSample {
  readonly tokenIds: readonly number[]
  readonly logprobs: readonly number[]
  readonly response: string
  readonly finishReason: 'stop' | 'length'
  /** log pi of the starting policy for each token, once measured. */
  refLogprobs: readonly number[]
  /** Null until scored, and for ever when unscorable. */
  score: number | null
  details: Readonly<Record<string, unknown>>
  /** Null where the sample carries no loss: flat group, unscorable, or cut off and masked. */
  advantage: number | null
}

/** The samples of one prompt. Its identity, not its place in an array, is what advantages are computed in. */
export interface RolloutGroup {
  readonly row: DatasetRow
  readonly messages: readonly Message[]
  readonly promptTokenIds: readonly number[]
  readonly samples: RolloutSample[]
}

async function sampleGroups(run: TrainingRun, recipe: ResolvedGrpo, rolloutId: number): Promise<RolloutGroup[]> {
  const { engine, dataset, seed, signal } = run
  const rowIndices = pickPrompts(run.rows.length, recipe.rolloutBatchSize, rolloutId, seed)
  const total = rowIndices.length * recipe.nSamplesPerPrompt
  let done = 0
  run.onProgress({ kind: 'rollout', rolloutId, phase: 'sample', done, total })
  return Promise.all(
    rowIndices.map(async (rowIndex, groupIndex): Promise<RolloutGroup> => {
      const row = run.rows[rowIndex] as DatasetRow
      const messages = dataset.messages(row)
      const prompt = promptTokenIds(engine.tokenizer, messages, {
        appliesChatTemplate: dataset.applyChatTemplate ?? true,
        chatTemplateKwargs: recipe.applyChatTemplateKwargs,
      })
      const seeds = Array.from({ length: recipe.nSamplesPerPrompt }, (_, sampleIndex) =>
        deriveSeed(seed, 'sample', rolloutId, groupIndex, sampleIndex),
      )
      const sampling = { temperature: recipe.rolloutTemperature, maxNewTokens: recipe.rolloutMaxResponseLen }
      const drawn = await engine.generate({ promptTokenIds: prompt, seeds, sampling }, { signal })
      done += drawn.length
      run.onProgress({ kind: 'rollout', rolloutId, phase: 'sample', done, total })
      const samples = drawn.map(({ tokenIds, logprobs, finishReason }): RolloutSample => {
        // The end-of-turn token is trained on, but it is no part of the text that a reward sees.
        const text = finishReason === 'stop' ? tokenIds.slice(0, -1) : tokenIds
        const response = engine.tokenizer.decode(text, { skipSpecialTokens: true })
        return {
          tokenIds,
          logprobs,
          response,
          finishReason,
          refLogprobs: [],
          score: null,
          details: {},
          advantage: null,
        }
      })
      return { row, messages, promptTokenIds: prompt, samples }
    }),
  )
}

async function scoreGroups(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  reward: Reward,
  groups: readonly RolloutGroup[],
  rolloutId: number,
): Promise<void> {
  const limit = pLimit({ concurrency: recipe.rewardConcurrency, rejectOnClear: true })
  const total = groups.length * recipe.nSamplesPerPrompt
  let done = 0
  const score = async (group: RolloutGroup, sample: RolloutSample, sampleIndex: number) => {
    const { row, messages } = group
    const { response, finishReason } = sample
    const scored = await scoreOrDrop(run, recipe, () =>
      scoreSample(
        reward,
        { row, messages, response, finishReason, sampleIndex },
        { timeLimitMs: recipe.rewardTimeLimitMs, signal: run.signal },
      ),
    )
    sample.score = scored.kind === 'scored' ? scored.score : null
    sample.details = scored.details
    done += 1
    run.onProgress({ kind: 'rollout', rolloutId, phase: 'score', done, total })
  }
  try {
    const jobs = groups.flatMap((group) => group.samples.map((sample, i) => limit(() => score(group, sample, i))))
    await Promise.all(jobs)
  } finally {
    limit.clearQueue()
  }
  if (groups.every((group) => group.samples.every((sample) => sample.score === null))) {
    throw new GymError(
      'reward',
      'nothing-scored',
      `the reward scored none of the ${total} samples of rollout ${rolloutId}; return a number for at least some of them`,
    )
  }
}

async function scoreOrDrop(run: TrainingRun, recipe: ResolvedGrpo, score: () => Promise<Scored>): Promise<Scored> {
  try {
    return await score()
  } catch (error) {
    if (recipe.onRewardError === 'stop' || run.signal.aborted) throw error
    return { kind: 'unscorable', details: { rewardError: error instanceof Error ? error.message : String(error) } }
  }
}

function setAdvantages(group: RolloutGroup, recipe: ResolvedGrpo): void {
  const scores = group.samples.map((sample) => sample.score)
  const advantages = groupAdvantages(scores, recipe.grpoStdNormalization)
  group.samples.forEach((sample, i) => {
    const isMasked = recipe.truncatedSamples === 'mask' && sample.finishReason === 'length'
    sample.advantage = isMasked ? null : (advantages?.[i] ?? null)
  })
}

/** Scores all samples under the starting policy; returns the k3 estimate of KL(policy || start), nats a token. */
async function measureKl(run: TrainingRun, recipe: ResolvedGrpo, groups: readonly RolloutGroup[]): Promise<number> {
  const all = groups.map(({ promptTokenIds, samples }) => ({
    promptTokenIds,
    responses: samples.map(({ tokenIds, logprobs }) => ({ tokenIds, oldLogprobs: logprobs, advantage: 0 })),
  }))
  const scored = await run.engine.logprobs(all, { temperature: recipe.rolloutTemperature, policy: 'reference' })
  let sum = 0
  let count = 0
  groups.forEach((group, g) => {
    group.samples.forEach((sample, s) => {
      sample.refLogprobs = scored[g]?.[s] ?? []
      sample.refLogprobs.forEach((ref, t) => {
        const gap = ref - (sample.logprobs[t] as number)
        sum += Math.exp(gap) - gap - 1
        count += 1
      })
    })
  })
  return sum / count
}

/** What one optimizer step did, and on how many tokens. */
export interface WeightUpdate extends TrainStepResult {
  readonly lr: number
  readonly trainedTokens: number
}

async function updateWeights(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  groups: readonly RolloutGroup[],
  rolloutId: number,
): Promise<WeightUpdate[]> {
  const groupsPerStep = (recipe.globalBatchSize ?? groups.length * recipe.nSamplesPerPrompt) / recipe.nSamplesPerPrompt
  const stepsPerRollout = groups.length / groupsPerStep
  const loss: LossOptions = {
    kind: 'grpo',
    epsClip: recipe.epsClip,
    epsClipHigh: recipe.epsClipHigh,
    klCoef: recipe.klLossCoef,
    klType: recipe.klLossType,
    entropyCoef: recipe.entropyCoef,
  }
  const updates: WeightUpdate[] = []
  for (let step = 0; step < stepsPerRollout; step++) {
    run.onProgress({ kind: 'rollout', rolloutId, phase: 'train', done: step, total: stepsPerRollout })
    const batch = groups.slice(step * groupsPerStep, (step + 1) * groupsPerStep).map(trainableGroup)
    const trainedTokens = batch
      .flatMap((group) => group.responses)
      .reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
    if (trainedTokens === 0) continue
    const lr = learningRate(rolloutId * stepsPerRollout + step, run.numRollout * stepsPerRollout, recipe)
    const { adamBeta1: beta1, adamBeta2: beta2, adamEps: eps, weightDecay, clipGrad } = recipe
    const trained = batch.filter((group) => group.responses.length > 0)
    const result = await run.engine.trainStep({
      ...loadedGroups(trained, recipe),
      loss,
      optimizer: { lr, beta1, beta2, eps, weightDecay, clipGrad },
      temperature: recipe.rolloutTemperature,
    })
    updates.push({ ...result, lr, trainedTokens })
  }
  run.onProgress({ kind: 'rollout', rolloutId, phase: 'train', done: stepsPerRollout, total: stepsPerRollout })
  return updates
}

function trainableGroup({ promptTokenIds, samples }: RolloutGroup): TrainGroup {
  const responses = samples.flatMap(({ tokenIds, logprobs, refLogprobs, advantage }) =>
    advantage === null ? [] : [{ tokenIds, oldLogprobs: logprobs, refLogprobs, advantage }],
  )
  return { promptTokenIds, responses }
}
