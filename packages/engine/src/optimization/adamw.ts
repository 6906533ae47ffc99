/** First and second moments, laid out as the weights, and the number of steps taken. */
export interface AdamState {
  readonly mean: Float32Array
  readonly variance: Float32Array
  step: number
}

export interface AdamOptions {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  readonly eps: number
  readonly weightDecay: number
}

/** Makes the zero state for `size` weights. */
export function adamState(size: number): AdamState {
  return { mean: new Float32Array(size), variance: new Float32Array(size), step: 0 }
}

/**
 * Updates the weights in [start, end) by AdamW (arXiv 1711.05101): decoupled decay, bias-corrected moments. `scale`
 * multiplies the gradient first (clipping). The caller raises `state.step` once a step, before the first range.
 * One fused loop over flat arrays: measured faster than the same update as ONNX nodes.
 */
export function adamwRange(
  weights: Float32Array,
  gradients: Float32Array,
  state: AdamState,
  options: AdamOptions,
  scale: number,
  start: number,
  end: number,
): void {
  const { lr, beta1, beta2, eps, weightDecay } = options
  const { mean, variance, step } = state
  const keep1 = 1 - beta1
  const keep2 = 1 - beta2
  const rate = lr / (1 - beta1 ** step)
  const correction = 1 / (1 - beta2 ** step)
  const decay = 1 - lr * weightDecay
  for (let i = start; i < end; i++) {
    const g = (gradients[i] as number) * scale
    const m = beta1 * (mean[i] as number) + keep1 * g
    const v = beta2 * (variance[i] as number) + keep2 * g * g
    mean[i] = m
    variance[i] = v
    weights[i] = (weights[i] as number) * decay - (rate * m) / (Math.sqrt(v * correction) + eps)
  }
}

/** The L2 norm of a gradient, summed in double precision. */
export function gradientNorm(gradients: Float32Array): number {
  let total = 0
  for (let i = 0; i < gradients.length; i++) {
    const g = gradients[i] as number
    total += g * g
  }
  return Math.sqrt(total)
}
