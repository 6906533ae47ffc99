import { GymError } from '../errors.js'
import { shownValue } from '../options/shown-value.js'
import { encodeJson } from '../store/json-column.js'

/**
 * Returns the details of a score as they are. Details that cannot be kept are a fault of the scorer, not of the store.
 *
 * @throws GymError 'reward' (`reward-bad-metadata`) for what JSON cannot hold.
 */
export function storableDetails(
  details: Readonly<Record<string, unknown>>,
  rewardName: string,
): Readonly<Record<string, unknown>> {
  try {
    encodeJson(details, `the metadata that "${rewardName}" returned`)
    return details
  } catch (error) {
    if (!GymError.is(error)) throw error
    throw new GymError('reward', 'reward-bad-metadata', error.message, { cause: error })
  }
}

/** Says what a reward told of responses that it could not score: the details of the first that has any, after a comma. */
export function toldOfUnscored(details: readonly Readonly<Record<string, unknown>>[]): string {
  const first = details.find((told) => Object.keys(told).length > 0)
  return first === undefined ? '' : `, and told of the first ${shownValue(first, 300)}`
}
