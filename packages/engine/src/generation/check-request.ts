import type { ModelConfig } from '../checkpoint/model-config.js'
import type { GenerateRequest } from '../engine-api.js'
import { EngineError } from '../errors.js'

/** Throws `bad-request` for what no model could answer: strange ids, no samples, sizes beyond the context. */
export function checkRequest({ promptTokenIds, seeds, sampling }: GenerateRequest, config: ModelConfig): void {
  const fail = (message: string) => {
    throw new EngineError('bad-request', message)
  }
  if (promptTokenIds.length === 0) fail('the prompt has no tokens; give at least one')
  const strange = promptTokenIds.find((id) => !Number.isInteger(id) || id < 0 || id >= config.vocab)
  if (strange !== undefined)
    fail(`prompt token id ${strange} is not in the vocabulary of ${config.vocab}; encode with this model's tokenizer`)
  if (seeds.length === 0) fail('the request asks for no samples; give one seed a sample')
  if (!Number.isInteger(sampling.maxNewTokens) || sampling.maxNewTokens < 1) {
    fail(`maxNewTokens is ${sampling.maxNewTokens}; give a whole number of at least 1`)
  }
  if (sampling.json && sampling.stopTokenIds?.length === 0) {
    fail('stopTokenIds is empty, so JSON could not end; leave it out or give at least one')
  }
  const total = promptTokenIds.length + sampling.maxNewTokens
  if (total > config.maxPositions) {
    fail(
      `a prompt of ${promptTokenIds.length} tokens and maxNewTokens ${sampling.maxNewTokens} need ${total} positions, but the model has ${config.maxPositions}; shorten one of them`,
    )
  }
  if (!((sampling.temperature ?? 1) >= 0)) fail(`temperature is ${sampling.temperature}; give 0 (greedy) or more`)
}
