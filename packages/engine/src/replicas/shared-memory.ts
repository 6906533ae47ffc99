/** Memory that all replicas see: arrays of float32, each as long as the weights. */
export interface SharedMemory {
  /** Each replica puts the part that it updates here, for the others to take. */
  readonly weights: SharedArrayBuffer
  /** Where each replica sums its gradient up, in their order. */
  readonly gradients: readonly SharedArrayBuffer[]
  /** AdamW's, of which each replica updates its part. */
  readonly moments: { readonly mean: SharedArrayBuffer; readonly variance: SharedArrayBuffer }
}

/** Makes room for the replicas of a model. */
export function sharedMemory(parameters: number, replicas: number): SharedMemory {
  const room = () => new SharedArrayBuffer(parameters * Float32Array.BYTES_PER_ELEMENT)
  return {
    weights: room(),
    gradients: Array.from({ length: replicas }, room),
    moments: { mean: room(), variance: room() },
  }
}

/** What one replica has to know of the others. */
export interface ReplicaPlace {
  readonly index: number
  readonly shared: SharedMemory
}

/** The weights [from, to) that a replica updates. */
export function partOfReplica(size: number, index: number, replicas: number): { from: number; to: number } {
  const bound = (replica: number) => Math.floor((size * replica) / replicas)
  return { from: bound(index), to: bound(index + 1) }
}
