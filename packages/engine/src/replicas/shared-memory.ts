/** Memory that all replicas see: arrays of float32, each as long as the weights. */
export interface SharedMemory {
  /** Where the first replica puts new weights for the others. */
  readonly weights: SharedArrayBuffer
  /** Where each of the others sums its gradient up, in their order. */
  readonly gradients: readonly SharedArrayBuffer[]
}

/** Makes room for the replicas of a model. */
export function sharedMemory(parameters: number, replicas: number): SharedMemory {
  const room = () => new SharedArrayBuffer(parameters * Float32Array.BYTES_PER_ELEMENT)
  return { weights: room(), gradients: Array.from({ length: replicas - 1 }, room) }
}

/** What one replica has to know of the others. */
export interface ReplicaPlace {
  /** 0 is the first, which holds the optimizer. */
  readonly index: number
  readonly shared: SharedMemory
}
