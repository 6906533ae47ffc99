import type { EngineModel, LossOptions, TrainGroup, TrainResponse, TrainStepRequest } from '../engine-api.js'
import { EngineError } from '../errors.js'

type Sizes = Pick<EngineModel, 'vocabSize' | 'maxPositions'>

/** Throws `bad-request` for a step that would be taken on strange numbers, or fail for reasons that it does not name. */
export function checkStep({ groups, loss, optimizer, temperature, denominator }: TrainStepRequest, model: Sizes): void {
  checkTemperature(temperature)
  if (!(denominator > 0 && Number.isFinite(denominator))) {
    fail(`denominator is ${denominator}; give the number of trained tokens, or another number above 0`)
  }
  for (const [name, value] of Object.entries(optimizer)) {
    if (!(value >= 0 && Number.isFinite(value)))
      fail(`optimizer.${name} is ${value}; give a finite number of at least 0`)
  }
  checkGroups(groups, model)
  everyResponse(groups, (response, place) => checkLoss(response, loss, place))
}

/** Throws `bad-request` for what no policy could score. */
export function checkScoring(groups: readonly TrainGroup[], temperature: number, model: Sizes): void {
  checkTemperature(temperature)
  checkGroups(groups, model)
}

function checkTemperature(temperature: number): void {
  if (temperature > 0 && Number.isFinite(temperature)) return
  fail(`temperature is ${temperature}; give a number above 0, the one that was sampled with`)
}

function checkGroups(groups: readonly TrainGroup[], model: Sizes): void {
  groups.forEach(({ promptTokenIds }, g) => {
    if (promptTokenIds.length === 0) fail(`group ${g}: promptTokenIds is empty; give at least one token`)
    checkIds(promptTokenIds, model, `group ${g}: promptTokenIds`)
  })
  everyResponse(groups, ({ tokenIds }, place, group) => {
    checkIds(tokenIds, model, `${place}: tokenIds`)
    const positions = group.promptTokenIds.length - 1 + tokenIds.length
    if (positions <= model.maxPositions) return
    const message = `${place}: it and its prompt take ${positions} positions, but the model has ${model.maxPositions}`
    fail(`${message}; shorten one of them`)
  })
}

function checkIds(ids: readonly number[], { vocabSize }: Sizes, name: string): void {
  const at = ids.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize)
  if (at < 0) return
  fail(`${name}[${at}] is ${ids[at]}, not an id of the vocabulary of ${vocabSize}; encode with this model's tokenizer`)
}

function checkLoss(response: TrainResponse, loss: LossOptions, place: string): void {
  const { oldLogprobs, refLogprobs, importance, isTrained, advantage, weight = 1 } = response
  const values = (name: string, list: readonly (number | boolean)[]) => checkValues(name, list, response, place)
  if (!Number.isFinite(weight)) fail(`${place}: weight is ${weight}; give a finite number`)
  if (isTrained) values('isTrained', isTrained)
  if (loss.kind === 'sft') return
  if (!Number.isFinite(advantage)) fail(`${place}: advantage is ${advantage}; give a finite number`)
  values('oldLogprobs', oldLogprobs)
  if (importance) values('importance', importance)
  if (loss.klCoef !== 0) values('refLogprobs', refLogprobs ?? [])
}

/** One for each token, finite where the token is trained. */
function checkValues(
  name: string,
  values: readonly (number | boolean)[],
  { tokenIds, isTrained }: TrainResponse,
  place: string,
): void {
  if (values.length !== tokenIds.length) {
    fail(`${place}: ${name} has ${values.length} entries for ${tokenIds.length} tokens; give one for each`)
  }
  const strange = values.findIndex((x, at) => !Number.isFinite(Number(x)) && isTrained?.[at] !== false)
  if (strange >= 0) fail(`${place}: ${name}[${strange}] is ${values[strange]}; give a finite number`)
}

function everyResponse(
  groups: readonly TrainGroup[],
  check: (response: TrainResponse, place: string, group: TrainGroup) => void,
): void {
  groups.forEach((group, g) => {
    group.responses.forEach((response, r) => {
      check(response, `response ${r} of group ${g}`, group)
    })
  })
}

function fail(message: string): never {
  throw new EngineError('bad-request', message)
}
