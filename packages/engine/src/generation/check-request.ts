import type { ModelConfig } from '../checkpoint/model-config.js'
import type { GenerateRequest } from '../engine-api.js'
import { EngineError } from '../errors.js'

/** Sampling options that are numbers, with what each may be. */
const ranges = [
  ['temperature', (x: number) => x >= 0 && Number.isFinite(x), '0 (greedy) or more'],
  ['topP', (x: number) => x >= 0 && x <= 1, 'a number from 0 to 1'],
  ['topK', (x: number) => Number.isSafeInteger(x) && x >= 0, 'a whole number of at least 1, or 0 for all'],
  ['minP', (x: number) => x >= 0 && x <= 1, 'a number from 0 to 1'],
  ['presencePenalty', Number.isFinite, 'a finite number'],
  ['frequencyPenalty', Number.isFinite, 'a finite number'],
  ['topLogprobs', (x: number) => Number.isInteger(x) && x >= 0 && x <= 20, 'a whole number from 0 to 20'],
] as const

/** Throws `bad-request` for what no model could answer: strange ids, no samples, sizes beyond the context, strange options. */
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
  for (const [name, isAllowed, what] of ranges) {
    const value = sampling[name]
    if (value !== undefined && !isAllowed(value)) fail(`${name} is ${value}; give ${what}`)
  }
}
