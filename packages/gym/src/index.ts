export {
  type AutoevalsScore,
  type AutoevalsScorer,
  type FromAutoevalsOptions,
  fromAutoevals,
} from './adapters/from-autoevals.js'
export { type EvaliteInput, type EvaliteScore, toEvalite } from './adapters/to-evalite.js'
export { defineConfig, type EvalSettings, type GymConfig } from './cli/config/define-config.js'
export {
  type Compute,
  type LocalCompute,
  local,
  type ModalCompute,
  modal,
  type RayCompute,
  ray,
} from './compute/compute.js'
export { type ConsoleReporter, type ConsoleReporterOptions, createConsoleReporter } from './console/console-reporter.js'
export { type DescribeOptions, describeComparison, describeEval } from './console/describe.js'
export type { Dataset, PromptFormat } from './datasets/dataset.js'
export { HaikuTopics, type HaikuTopicsOptions } from './datasets/haiku-topics.js'
export { HuggingFaceDataset, type HuggingFaceDatasetOptions } from './datasets/hugging-face-dataset.js'
export { InMemoryDataset, type InMemoryDatasetOptions } from './datasets/in-memory-dataset.js'
export { JsonlDataset, type JsonlDatasetOptions } from './datasets/jsonl-dataset.js'
export { type ConnectOptions, connect } from './deployments/connect.js'
export { DeploymentConfig, type DeploymentOptions, type ServedDeployment } from './deployments/deployment-config.js'
export { EngineRecipe, type EngineRecipeOptions } from './deployments/engine-recipe.js'
export { findDeployment, type RunningDeployment } from './deployments/find-deployment.js'
export type { DeploymentEnd, LocalModelDeployment } from './deployments/local-model-deployment.js'
export type {
  GenerateKwargs,
  GenerateOptions,
  Generation,
  GenerationChoice,
  ModelDeployment,
} from './deployments/model-deployment.js'
export type { RemoteModelDeployment } from './deployments/remote/remote-model-deployment.js'
export { SglangRecipe, type SglangRecipeOptions } from './deployments/sglang-recipe.js'
export { listDeployments, stopDeployment } from './deployments/stored-deployments.js'
export { VllmRecipe, type VllmRecipeOptions } from './deployments/vllm-recipe.js'
export { type Boundary, GymError } from './errors.js'
export { type Comparable, type Comparison, compareEvals } from './evals/compare-evals.js'
export { EvalConfig } from './evals/eval-config.js'
export type { EvalFn, EvalOptions, EvalResponseFn, EvalRowResult, EvaluateOptions } from './evals/eval-options.js'
export { type EvalResult, evalResultFromStore } from './evals/eval-result.js'
export type { Gate, GateCondition, GateResult } from './evals/gates.js'
export { type ReportFormat, renderReport } from './evals/reports/render-report.js'
export { type Rescored, type RescoreOptions, rescoreEval } from './evals/rescore-eval.js'
export { resultByScorer } from './evals/result-by-scorer.js'
export type { RowChange } from './evals/row-changes.js'
export type { AtK, PassAtK } from './evals/statistics/at-k.js'
export type { ScorerSummary } from './evals/summarise-scores.js'
export {
  Qwen3_0_6B,
  Qwen3_1_7B,
  Qwen3_4B,
  Qwen3_8B,
  Qwen3_14B,
  Qwen3_30B_A3B,
  Qwen3_32B,
  SmolLM2_1_7B,
  SmolLM2_135M,
  SmolLM2_360M,
} from './models/catalogue.js'
export { HuggingFaceModel, type HuggingFaceModelOptions } from './models/hugging-face-model.js'
export type { Model, ModelFacts } from './models/model.js'
export { TinyPoet } from './models/tiny-poet.js'
export type { OnProgress, ProgressEvent } from './progress.js'
export { countSyllables } from './rewards/count-syllables.js'
export { diversityOf } from './rewards/diversity.js'
export { namesTopic } from './rewards/names-topic.js'
export { scoreHaiku } from './rewards/score-haiku.js'
export type { AnswerOptions } from './scorers/answer-options.js'
export { type CombineOptions, combine } from './scorers/combine.js'
export { type ExactMatchOptions, exactMatch } from './scorers/exact-match.js'
export { type HaikuScorerOptions, haikuScorer } from './scorers/haiku-scorer.js'
export { type JsonSchemaMatchOptions, jsonSchemaMatch } from './scorers/json-schema-match.js'
export { type LlmJudgeOptions, llmJudge } from './scorers/llm-judge.js'
export { mathAnswer } from './scorers/math-answer.js'
export { numericAnswer } from './scorers/numeric-answer.js'
export { type RegexMatchOptions, regexMatch } from './scorers/regex-match.js'
export { type UnitTestsOptions, unitTests } from './scorers/unit-tests.js'
export type { DashboardAnswers } from './server/dashboard/dashboard-answers.js'
export {
  createDashboardClient,
  type DashboardClient,
  type DashboardClientOptions,
  type DashboardPath,
} from './server/dashboard/dashboard-client.js'
export { gymHome } from './store/home.js'
export { openStore } from './store/open-store.js'
export type {
  CheckpointRecord,
  DeploymentRecord,
  EvalRecord,
  EvalRowRecord,
  RemoteDeployment,
  RemoteRun,
  RemoteStart,
  RowScore,
  RunRecord,
  SampleRecord,
  StepMetrics,
  TrainingEvaluation,
} from './store/records.js'
export type { Checkpoint, CheckpointVolume } from './training/checkpoint.js'
export { GrpoRecipe, type GrpoRecipeOptions } from './training/grpo-recipe.js'
export { listCheckpoints } from './training/list-checkpoints.js'
export { type AttachOptions, attachRun } from './training/remote/attach-run.js'
export { type DownloadOptions, downloadCheckpoint } from './training/remote/download-checkpoint.js'
export {
  type ListRemoteOptions,
  listRemoteRuns,
  type RemoteRunSummary,
} from './training/remote/list-remote-runs.js'
export { type StopOptions, stopRun } from './training/remote/stop-run.js'
export { type LogOptions, runLogs } from './training/run-logs.js'
export { SftRecipe, type SftRecipeOptions } from './training/sft-recipe.js'
export { ImageOverlay, type ImageOverlayFunction } from './training/slime/image-overlay.js'
export type { PlannedFile, SlimePlan } from './training/slime/slime-plan.js'
export { SlimeRecipe, type SlimeRecipeOptions } from './training/slime-recipe.js'
export {
  type PlanOptions,
  TrainConfig,
  type TrainConfigOptions,
  type TrainOptions,
} from './training/train-config.js'
export type { TrainResult } from './training/train-result.js'
export type {
  DatasetRow,
  Diversity,
  Episode,
  EpisodeTurn,
  Message,
  PlayEpisode,
  Reward,
  RewardResult,
  RewardSample,
} from './trip.js'
