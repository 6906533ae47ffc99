import type { RowOwner } from '../training/pack-groups.js'

/** Data of `Segments` for the rows of one batch. */
export interface RowSegments {
  readonly sequences: number
  /** [rows * sequences], row-major. */
  readonly membership: Float32Array
  /** [rows] */
  readonly inverseLength: Float32Array
}

/** Finds the sequences among rows. A response is never split over batches, so its mean over these rows is its whole mean. */
export function segmentsOfRows(owners: readonly RowOwner[]): RowSegments {
  const indices = new Map<string, number>()
  const lengths: number[] = []
  const sequenceOf = owners.map(({ groupIndex, responseIndex }) => {
    const key = `${groupIndex}:${responseIndex}`
    const index = indices.get(key) ?? indices.size
    indices.set(key, index)
    lengths[index] = (lengths[index] ?? 0) + 1
    return index
  })
  const sequences = indices.size
  const membership = new Float32Array(owners.length * sequences)
  sequenceOf.forEach((sequence, row) => {
    membership[row * sequences + sequence] = 1
  })
  return {
    sequences,
    membership,
    inverseLength: Float32Array.from(sequenceOf, (sequence) => 1 / (lengths[sequence] as number)),
  }
}
