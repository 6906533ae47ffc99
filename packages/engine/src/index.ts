export { everyPiece, type PassesToMeasure, type PassSeconds } from './calibration/measure-passes.js'
export { measureTogether } from './calibration/measure-together.js'
export type { ChatMessage } from './checkpoint/chat-template.js'
export { type ChatTokenizer, loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
export { isCompleteCheckpoint, removePartialFolders } from './checkpoint/checkpoint-folder.js'
export { type ModelConfig, readModelConfig } from './checkpoint/model-config.js'
export type { StreamDecoder } from './checkpoint/token-decoder.js'
export { webGpuFault } from './device/web-gpu-fault.js'
export { Engine, type LoadedParts } from './engine.js'
export type {
  DeviceChoice,
  EngineLoad,
  EngineModel,
  EngineOptions,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
  KlType,
  LoraOptions,
  LoraTarget,
  LossOptions,
  OptimizerOptions,
  PolicyLoss,
  SamplingOptions,
  TokenAlternative,
  TokenEvent,
  TrainGroup,
  TrainResponse,
  TrainStepRequest,
  TrainStepResult,
} from './engine-api.js'
export { loraTargets } from './engine-api.js'
export { EngineError, type EngineErrorCode } from './errors.js'
export { checkJsonConstraint, type JsonConstraint } from './generation/grammar/json-schema.js'
export { type Quantization, quantizations } from './generation/quantize-matrix.js'
export { arePackable, repaysPacking } from './generation/when-to-pack.js'
export { replicaCount, threadsOfReplicas } from './replicas/replica-count.js'
export { type DecoderShape, mostPassTokens, type PassMemory, passMemory } from './training/micro-batch-limits.js'
