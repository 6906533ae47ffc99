export { isCompleteCheckpoint, removePartialFolders } from './checkpoint/checkpoint-folder.js'
export type { ChatMessage } from './checkpoint/chat-template.js'
export { type ChatTokenizer, loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
export { Engine } from './engine.js'
export type {
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
