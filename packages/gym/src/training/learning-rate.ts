export interface LearningRateOptions {
  readonly lr: number
  readonly minLr: number
  readonly lrDecayStyle: 'constant' | 'linear' | 'cosine'
  /** Optimizer steps. */
  readonly lrWarmupIters: number
}

/** Computes the learning rate of one optimizer step, 0-based, out of `totalSteps`. */
export function learningRate(step: number, totalSteps: number, options: LearningRateOptions): number {
  const { lr, minLr, lrDecayStyle, lrWarmupIters } = options
  if (step < lrWarmupIters) return (lr * (step + 1)) / lrWarmupIters
  if (lrDecayStyle === 'constant') return lr
  const progress = Math.min(1, (step - lrWarmupIters) / Math.max(1, totalSteps - lrWarmupIters))
  const left = lrDecayStyle === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2
  return minLr + (lr - minLr) * left
}
