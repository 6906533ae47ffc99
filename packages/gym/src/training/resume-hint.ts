import { GymError } from '../errors.js'

/** Code of a run that was to be resumed and never can be: nothing is to be said of continuing it. */
export const noResume = 'resume-damaged'

/** Says in the error that ends a run how the run is continued. */
export function withResumeHint(failure: GymError, trainingRunId: string): GymError {
  if (failure.code === noResume) return failure
  return new GymError(failure.boundary, failure.code, `${failure.message}${hintFor(trainingRunId)}`, { cause: failure })
}

/** Takes that out of the message of such an error, for those who say it in words of their own. */
export function withoutResumeHint(message: string, trainingRunId: string): string {
  return message.replace(hintFor(trainingRunId), '')
}

/** True where that was left out of the message that ended a run here: no attempt can resume it. */
export function isBeyondResume(message: string | null, trainingRunId: string): boolean {
  return message !== null && !message.endsWith(hintFor(trainingRunId))
}

function hintFor(trainingRunId: string): string {
  return ` (run ${trainingRunId} can be continued: resume it with the same configuration)`
}
