import type { EvalRecord, EvalRowRecord, RunRecord, SampleRecord, StepMetrics } from '../../store/records.js'
import type { Store } from '../../store/store.js'

/** A run as a trainer would record it; `changes` win. */
export function aRun(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    trainingRunId: 'run-a',
    state: 'completed',
    model: 'tiny-poet',
    startPath: '/nowhere',
    recipe: 'grpo',
    config: { recipe: { kind: 'grpo', lr: 0.5, clipGrad: 1 }, dataset: { name: 'haiku', rows: 5 } },
    seed: 7,
    numRollout: 3,
    rolloutsDone: 0,
    pid: null,
    createdAt: 1_000,
    finishedAt: 61_000,
    error: null,
    ...changes,
  }
}

/** A run of a cluster that answers nobody, saved every second rollout; `changes` win. */
export function aRemoteRun(changes: Partial<RunRecord> = {}): RunRecord {
  return aRun({
    recipe: 'slime',
    config: { recipe: { kind: 'slime', saveInterval: 2 }, dataset: { name: 'rows', rows: 5 } },
    startPath: '/models/m',
    remote: {
      compute: { kind: 'ray', address: 'http://127.0.0.1:9' },
      process: { kind: 'ray', name: 'train-run-a' },
      paths: { data: '/data/run-a', checkpoints: '/checkpoints/run-a', hfCheckpoint: '/models/m' },
      shape: { numRollout: 8, rolloutBatchSize: 1, nSamplesPerPrompt: 2, stepsPerRollout: 1 },
      gpu: 'H100:8',
      costPerHour: null,
      starts: [{ startRollout: 0, startedAt: 1_000, endedAt: null, exitCode: null }],
    },
    ...changes,
  })
}

/** The metrics of one step. */
export function aStep(rolloutId: number, changes: Partial<StepMetrics> = {}): StepMetrics {
  return {
    rolloutId,
    rewardMean: rolloutId / 10,
    rewardStd: 0.1,
    details: { exact: 0.5 },
    responseLength: 12,
    truncatedShare: 0,
    flatGroupShare: 0.25,
    unscorable: 0,
    trainedSamples: 4,
    entropy: 2,
    kl: 0.01,
    loss: 0,
    gradNorm: 1,
    lr: 1e-4,
    ratioMean: 1,
    clipShare: 0,
    mismatch: 0,
    diversity: { distinct2: 0.9, topLine: { text: 'a line', share: 0.1 }, uniqueShare: 1 },
    sampledTokens: 48,
    trainedTokens: 48,
    tokensPerSecond: 100,
    seconds: { sample: 1, score: 0.1, train: 1, total: 2.1 },
    ...changes,
  }
}

/** One sample of the first step. */
export function aSample(groupIndex: number, sampleIndex: number, changes: Partial<SampleRecord> = {}): SampleRecord {
  return {
    rolloutId: 0,
    groupIndex,
    sampleIndex,
    rowIndex: groupIndex,
    input: `topic ${groupIndex}`,
    response: `poem ${groupIndex}.${sampleIndex}`,
    score: sampleIndex,
    advantage: sampleIndex - 0.5,
    tokenIds: [1, 2],
    logprobs: [-0.1, -2],
    finishReason: 'stop',
    details: { exact: true },
    ...changes,
  }
}

/** One scored row of an evaluation. */
export function aRow(rowIndex: number, score: number | null, changes: Partial<EvalRowRecord> = {}): EvalRowRecord {
  return {
    rowIndex,
    sampleIndex: 0,
    promptKey: `prompt-${rowIndex}`,
    prompt: `topic ${rowIndex}`,
    response: `answer ${rowIndex}`,
    score,
    metadata: {},
    finishReason: 'stop',
    tokens: 3,
    failure: null,
    ...changes,
  }
}

/** Keeps a finished evaluation with its rows. */
export async function keepEval(
  store: Store,
  evalId: string,
  rows: readonly EvalRowRecord[],
  config: EvalRecord['config'] = { seed: 1 },
): Promise<void> {
  const facts = { evalId, name: evalId, model: 'tiny-poet', modelPath: null, deploymentId: null, config }
  await store.evals.create({
    ...facts,
    state: 'running',
    pid: null,
    createdAt: 5_000,
    finishedAt: null,
    summary: null,
    error: null,
  })
  await store.evals.addRows(evalId, rows)
  await store.evals.finish(evalId, { state: 'completed', finishedAt: 6_000, summary: null, error: null })
}
