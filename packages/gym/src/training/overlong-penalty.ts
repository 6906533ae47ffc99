export interface OverlongOptions {
  /** Most tokens of a response. */
  readonly rolloutMaxResponseLen: number
  /** Over how many tokens before that the penalty grows; 0 turns it off. */
  readonly overlongBufferLen: number
  /** The penalty at the limit. */
  readonly overlongPenaltyFactor: number
}

/**
 * Computes what a response's length costs: 0 up to the buffer, then falling by a line to -`overlongPenaltyFactor` at the
 * limit (soft overlong punishment, DAPO, arXiv 2503.14476, equation 13).
 */
export function overlongPenalty(
  tokens: number,
  { rolloutMaxResponseLen, overlongBufferLen, overlongPenaltyFactor }: OverlongOptions,
): number {
  const excess = tokens - (rolloutMaxResponseLen - overlongBufferLen)
  return overlongBufferLen === 0 || excess <= 0 ? 0 : (-excess / overlongBufferLen) * overlongPenaltyFactor
}
