import { EngineError } from '../errors.js'

/**
 * What a gradient of that norm is multiplied by to stay within `clipGrad`; 0 leaves it as it is. Throws EngineError 'numerics'
 * where norm or loss is not a number, before any weight has changed.
 */
export function clipScale(norm: number, loss: number, clipGrad: number): number {
  if (!Number.isFinite(norm) || !Number.isFinite(loss)) {
    throw new EngineError(
      'numerics',
      `the training step gave loss ${loss} and gradient norm ${norm}; the weights were left as they were: lower lr or check the rewards`,
    )
  }
  return clipGrad > 0 && norm > clipGrad ? clipGrad / norm : 1
}
