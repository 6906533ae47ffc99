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
export { DeploymentConfig, type DeploymentOptions } from './deployments/deployment-config.js'
export { EngineRecipe, type EngineRecipeOptions } from './deployments/engine-recipe.js'
export type {
  GenerateKwargs,
  GenerateOptions,
  Generation,
  GenerationChoice,
  ModelDeployment,
} from './deployments/model-deployment.js'
export { listDeployments, stopDeployment } from './deployments/stored-deployments.js'
export { type Boundary, GymError } from './errors.js'
export { type Comparable, type Comparison, compareEvals } from './evals/compare-evals.js'
export { EvalConfig } from './evals/eval-config.js'
export type { EvalFn, EvalOptions, EvalResponseFn, EvalRowResult, EvaluateOptions } from './evals/eval-options.js'
export type { EvalResult } from './evals/eval-result.js'
export {
  Qwen3_0_6B,
  Qwen3_1_7B,
  Qwen3_4B,
  Qwen3_8B,
  Qwen3_14B,
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
export { gymHome } from './store/home.js'
export { openStore } from './store/open-store.js'
export type {
  DeploymentRecord,
  EvalRecord,
  EvalRowRecord,
  RunRecord,
  SampleRecord,
  StepMetrics,
} from './store/records.js'
export type { Checkpoint } from './training/checkpoint.js'
export { GrpoRecipe, type GrpoRecipeOptions } from './training/grpo-recipe.js'
export { listCheckpoints } from './training/list-checkpoints.js'
export { SftRecipe, type SftRecipeOptions } from './training/sft-recipe.js'
export { SlimeRecipe, type SlimeRecipeOptions } from './training/slime-recipe.js'
export { TrainConfig, type TrainConfigOptions, type TrainOptions, type TrainResult } from './training/train-config.js'
export type { DatasetRow, Diversity, Message, Reward, RewardResult, RewardSample } from './trip.js'
