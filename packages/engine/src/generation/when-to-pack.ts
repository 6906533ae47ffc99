/**
 * Models up to this size are packed into the graphs: 1.4 to 1.6 times faster at few sequences, for another copy of the
 * weights in each graph. A larger one stays where it is and is read from there, by both graphs.
 */
const largestPackedBytes = 2 ** 30

/** Tells whether weights of that many bytes, in float32, are small enough to be packed. */
export function arePackable(bytes: number): boolean {
  return bytes <= largestPackedBytes
}

/** Fewer samples than this gain too little. */
const fewestSamples = 4
/** Steps that repay a compilation, for each thread: it packs with one, while a step that packs anew does so with all. */
const stepsPerThread = 9

/** Tells whether that many samples, of which the longest may have that many more tokens, repay packing weights for them. */
export function repaysPacking(samples: number, tokens: number, threads: number): boolean {
  return samples >= fewestSamples && tokens >= stepsPerThread * threads
}
