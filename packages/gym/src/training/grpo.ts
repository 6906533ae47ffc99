import type { LossOptions, TrainGroup, TrainStepResult } from '@training-gym/engine'
import type { Reward } from '../trip.js'
import { type DrawOptions, firstDraws, type PromptDraw, refillDraws } from './draw-prompts.js'
import { groupAdvantages } from './group-advantages.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import { heldOutEvaluations } from './held-out-evaluations.js'
import { learningRate } from './learning-rate.js'
import { loadedGroups } from './loaded-groups.js'
import { overlongPenalty } from './overlong-penalty.js'
import { measureKl, recomputeOldLogprobs } from './policy-logprobs.js'
import { recipeWarnings } from './recipe-warnings.js'
import { isTrainable, type RolloutGroup, type RolloutSample, shapedReward } from './rollout-group.js'
import { sampleGroups } from './sample-groups.js'
import { requireScores, scoreGroups } from './score-groups.js'
import { sampleRecords, stepMetrics } from './step-metrics.js'
import { keepRollout, saveIfDue, type TrainingRun } from './training-run.js'
import { truncatedImportance } from './truncated-importance.js'

/**
 * GRPO (arXiv 2402.03300) as one loop, from prompt to weight update.
 *
 * Which variant, unless the recipe says otherwise: advantages are centred in their group and not divided by its deviation
 * (arXiv 2503.20783); the loss is a mean over all trained tokens of a step, with the clip set higher above than below
 * (arXiv 2503.14476); the old policy is the sampler itself, whose token ids and log-probabilities are trained on as they
 * were drawn. Flat groups and unscorable samples are dropped before the step, counted and shown. With the default batch
 * there is one step a rollout, so the ratio is 1 and the clip idle; a smaller `globalBatchSize` takes several steps on the
 * same samples. docs/training.md lists the variants and the options that choose them.
 *
 * What is left out: sampling ahead while training, several turns.
 */
export async function trainGrpo(run: TrainingRun, recipe: ResolvedGrpo, reward: Reward): Promise<void> {
  for (const message of recipeWarnings(recipe)) run.onProgress({ kind: 'notice', message, isWarning: true })
  const evaluations = heldOutEvaluations(run, recipe, reward)
  const evaluated = await evaluations.begin()
  for (let rolloutId = run.startRollout; rolloutId < run.numRollout; rolloutId++) {
    run.signal.throwIfAborted()
    const started = run.now()
    const { groups, refillRounds, ...spent } = await collectGroups(run, recipe, reward, rolloutId)
    const collected = run.now()
    const kl = await measureKl(run, recipe, groups)
    const mismatch = recipe.useTis ? await recomputeOldLogprobs(run, recipe, groups) : null
    const steps = await updateWeights(run, recipe, groups, rolloutId)
    const trained = run.now()

    const seconds = { ...spent.seconds, train: (trained - collected) / 1000, total: (trained - started) / 1000 }
    const measured = stepMetrics({ rolloutId, recipe, groups, refillRounds, steps, kl, mismatch, seconds })
    const metrics = rolloutId === run.startRollout ? { ...measured, ...evaluated } : measured
    await keepRollout(run, metrics, sampleRecords(rolloutId, recipe, groups))
    // Before the checkpoint: whoever finds that one finds what its weights scored, too.
    await evaluations.after(metrics)
    await saveIfDue(run, rolloutId)
  }
}

interface Collected {
  /** Every group that was drawn, those without anything to teach included. */
  readonly groups: readonly RolloutGroup[]
  readonly refillRounds: number
  readonly seconds: { readonly sample: number; readonly score: number }
}

/**
 * Samples and scores the prompts of a rollout. With `overSamplingMaxRounds` it then draws further prompts for the groups
 * that turned out to have nothing to teach, until the batch is full, rounds are used up, or prompts are.
 */
async function collectGroups(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  reward: Reward,
  rolloutId: number,
): Promise<Collected> {
  const seconds = { sample: 0, score: 0 }
  const groups: RolloutGroup[] = []
  const draw = async (prompts: readonly PromptDraw[]) => {
    const started = run.now()
    const drawn = await sampleGroups(run, recipe, rolloutId, prompts)
    const sampled = run.now()
    await scoreGroups(run, recipe, reward, drawn, rolloutId)
    for (const group of drawn) setAdvantages(group, recipe)
    groups.push(...drawn)
    requireScores(groups, `rollout ${rolloutId}`)
    seconds.sample += (sampled - started) / 1000
    seconds.score += (run.now() - sampled) / 1000
  }
  const options: DrawOptions = { ...recipe, rowCount: run.rows.length, rolloutId, seed: run.seed }
  await draw(firstDraws(options))
  let refillRounds = 0
  while (refillRounds < recipe.overSamplingMaxRounds) {
    const missing = recipe.rolloutBatchSize - groups.filter(isTrainable).length
    const prompts = refillDraws(options, refillRounds, missing, groups.length - recipe.rolloutBatchSize)
    if (prompts.length === 0) break
    run.signal.throwIfAborted()
    refillRounds += 1
    await draw(prompts)
  }
  if (recipe.overSamplingMaxRounds > 0) tellAcceptance(run, recipe, groups, rolloutId, refillRounds)
  return { groups, refillRounds, seconds }
}

function tellAcceptance(
  run: TrainingRun,
  { rolloutBatchSize }: ResolvedGrpo,
  groups: readonly RolloutGroup[],
  rolloutId: number,
  rounds: number,
): void {
  const kept = groups.filter(isTrainable).length
  const share = Math.round((100 * kept) / groups.length)
  const fate = kept < rolloutBatchSize ? `; ${rolloutBatchSize - kept} of the batch stay empty` : ''
  const message = `rollout ${rolloutId + 1}: kept ${kept} of ${groups.length} groups (${share}%), refill rounds: ${rounds}${fate}`
  run.onProgress({ kind: 'notice', message })
}

function setAdvantages(group: RolloutGroup, recipe: ResolvedGrpo): void {
  for (const sample of group.samples) sample.overlongPenalty = overlongPenalty(sample.tokenIds.length, recipe)
  const advantages = groupAdvantages(group.samples.map(shapedReward), recipe)
  group.samples.forEach((sample, i) => {
    const isMasked = recipe.truncatedSamples === 'mask' && sample.finishReason === 'length'
    sample.advantage = isMasked ? null : (advantages?.[i] ?? null)
  })
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
  const { rolloutBatchSize, nSamplesPerPrompt } = recipe
  const groupsPerStep = (recipe.globalBatchSize ?? rolloutBatchSize * nSamplesPerPrompt) / nSamplesPerPrompt
  const stepsPerRollout = rolloutBatchSize / groupsPerStep
  const loss: LossOptions = {
    kind: 'grpo',
    policyLoss: recipe.policyLoss,
    epsClip: recipe.epsClip,
    epsClipHigh: recipe.epsClipHigh,
    klCoef: recipe.klLossCoef,
    klType: recipe.klLossType,
    entropyCoef: recipe.entropyCoef,
  }
  // Refilled groups take the places of those without anything to teach.
  const batches = recipe.overSamplingMaxRounds > 0 ? groups.filter(isTrainable) : groups
  const updates: WeightUpdate[] = []
  for (let step = 0; step < stepsPerRollout; step++) {
    run.onProgress({ kind: 'rollout', rolloutId, phase: 'train', done: step, total: stepsPerRollout })
    const chosen = batches.slice(step * groupsPerStep, (step + 1) * groupsPerStep)
    const trained = chosen.filter(isTrainable).map((group) => trainGroup(group, recipe))
    if (trained.length === 0) continue
    const responses = trained.flatMap((group) => group.responses)
    const trainedTokens = responses.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
    const lr = learningRate(rolloutId * stepsPerRollout + step, run.numRollout * stepsPerRollout, recipe)
    const { adamBeta1: beta1, adamBeta2: beta2, adamEps: eps, weightDecay, clipGrad } = recipe
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

function trainGroup({ promptTokenIds, samples }: RolloutGroup, recipe: ResolvedGrpo): TrainGroup {
  const respond = ({ tokenIds, logprobs, oldLogprobs, refLogprobs }: RolloutSample, advantage: number) => ({
    tokenIds,
    oldLogprobs,
    refLogprobs,
    advantage,
    ...(recipe.useTis && { importance: truncatedImportance(oldLogprobs, logprobs, recipe.tisClip) }),
  })
  return {
    promptTokenIds,
    responses: samples.flatMap((sample) => (sample.advantage === null ? [] : [respond(sample, sample.advantage)])),
  }
}
