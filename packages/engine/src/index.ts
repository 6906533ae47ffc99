export type { ChatMessage } from './checkpoint/chat-template.js'
export { type ChatTokenizer, loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
export { isCompleteCheckpoint, removePartialFolders } from './checkpoint/checkpoint-folder.js'
export { type ModelConfig, readModelConfig } from './checkpoint/model-config.js'
export type { StreamDecoder } from './checkpoint/token-decoder.js'
export { Engine } from './engine.js'
export type {
  EngineLoad,
  EngineModel,
  EngineOptions,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
  LossOptions,
  OptimizerOptions,
  SamplingOptions,
  TokenAlternative,
  TokenEvent,
  TrainGroup,
  TrainResponse,
  TrainStepRequest,
  TrainStepResult,
} from './engine-api.js'
export { EngineError, type EngineErrorCode } from './errors.js'
export { checkJsonConstraint, type JsonConstraint } from './generation/grammar/json-schema.js'
