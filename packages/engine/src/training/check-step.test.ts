import { describe, expect, it } from 'vitest'
import type { LossOptions, TrainGroup, TrainResponse, TrainStepRequest } from '../engine-api.js'
import { checkScoring, checkStep } from './check-step.js'

const model = { vocabSize: 100, maxPositions: 16 }
const grpo: LossOptions = { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.2, klCoef: 0.1, klType: 'k3', entropyCoef: 0 }
const good: TrainResponse = { tokenIds: [5, 99], oldLogprobs: [-1, -2], refLogprobs: [-1, -2], advantage: 0.5 }
const optimizer = { lr: 1e-3, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, clipGrad: 1 }

const groupsWith = (response: Partial<TrainResponse>, prompt: Partial<TrainGroup> = {}): TrainGroup[] => [
  { promptTokenIds: [1, 2], responses: [good] },
  { promptTokenIds: [1, 2], responses: [good, good, { ...good, ...response }], ...prompt },
]
const stepWith = (request: Partial<TrainStepRequest>, response: Partial<TrainResponse> = {}): TrainStepRequest => ({
  groups: groupsWith(response),
  loss: grpo,
  optimizer,
  temperature: 1,
  denominator: 10,
  ...request,
})

describe('checkStep', () => {
  it('takes what is complete, and asks for no more than the loss reads', () => {
    const free = { ...grpo, klCoef: 0 }
    const masked = { oldLogprobs: [-1, Number.NaN], isTrained: [true, false], importance: [1, 0.5], weight: 0 }
    checkStep(stepWith({}), model)
    checkStep(stepWith({ loss: free }, { refLogprobs: [] }), model)
    checkStep(stepWith({ loss: free }, masked), model)
    checkStep(stepWith({ loss: { kind: 'sft' } }, { oldLogprobs: [], advantage: Number.NaN }), model)
    checkStep(stepWith({}, { tokenIds: [], oldLogprobs: [], refLogprobs: [] }), model)
    checkStep(stepWith({ groups: [] }), model)
  })

  it.each<[Partial<TrainResponse>, string]>([
    [{ tokenIds: [5, -1] }, 'tokenIds[1] is -1, not an id of the vocabulary of 100'],
    [{ tokenIds: [100, 5] }, 'tokenIds[0] is 100'],
    [{ tokenIds: new Array(16).fill(5) }, 'it and its prompt take 17 positions, but the model has 16; shorten'],
    [{ oldLogprobs: [-1] }, 'oldLogprobs has 1 entries for 2 tokens; give one for each'],
    [{ oldLogprobs: [-1, Number.NaN] }, 'oldLogprobs[1] is NaN; give a finite number'],
    [{ refLogprobs: undefined }, 'refLogprobs has 0 entries for 2 tokens'],
    [{ importance: [1] }, 'importance has 1 entries for 2 tokens'],
    [{ isTrained: [true] }, 'isTrained has 1 entries for 2 tokens'],
    [{ advantage: Number.NaN }, 'advantage is NaN; give a finite number'],
    [{ weight: Number.POSITIVE_INFINITY }, 'weight is Infinity'],
  ])('refuses a response with %o, naming group, response and field', (response, message) => {
    const refused = { code: 'bad-request', message: expect.stringContaining(`response 2 of group 1: ${message}`) }
    expect(() => checkStep(stepWith({}, response), model)).toThrow(expect.objectContaining(refused))
  })

  it.each<[Partial<TrainStepRequest>, string]>([
    [{ temperature: 0 }, 'temperature is 0; give a number above 0'],
    [{ denominator: 0 }, 'denominator is 0'],
    [{ optimizer: { ...optimizer, lr: Number.NaN } }, 'optimizer.lr is NaN'],
    [{ groups: groupsWith({}, { promptTokenIds: [] }) }, 'group 1: promptTokenIds is empty; give at least one'],
    [{ groups: groupsWith({}, { promptTokenIds: [1, 2.5] }) }, 'group 1: promptTokenIds[1] is 2.5, not an id'],
  ])('refuses a step with %o', (request, message) => {
    const refused = { code: 'bad-request', message: expect.stringContaining(message) }
    expect(() => checkStep(stepWith(request), model)).toThrow(expect.objectContaining(refused))
  })
})

describe('checkScoring', () => {
  it('looks at tokens and temperature alone', () => {
    checkScoring(groupsWith({ oldLogprobs: [], advantage: Number.NaN }), 0.7, model)
    expect(() => checkScoring(groupsWith({ tokenIds: [-1] }), 1, model)).toThrow('response 2 of group 1: tokenIds[0]')
    expect(() => checkScoring([], 0, model)).toThrow('temperature is 0')
  })
})
