import { everyPiece, measureTogether, type PassSeconds } from '@training-gym/engine'
import { countWeights, type ModelShape, type TrainingPlan } from './estimate-plan.js'

/** A model of the same widths that is small enough to be run on the spot. */
export type CalibrationSize = Pick<ModelShape, 'layers' | 'vocab'>

export interface CalibrationPoint extends CalibrationSize {
  readonly seconds: PassSeconds
}

const fewLayers = 1
const someLayers = 4
const smallVocab = 8192
const largeVocab = 32_768

/** Chooses what to run: the model itself where it is small, else as many sizes as it takes to see what a layer and a row cost. */
export function calibrationSizes({ layers, vocab }: CalibrationSize): CalibrationSize[] {
  const base = {
    layers: layers <= someLayers ? layers : fewLayers,
    vocab: vocab <= 2 * smallVocab ? vocab : smallVocab,
  }
  return [
    base,
    ...(base.layers < layers ? [{ ...base, layers: someLayers }] : []),
    ...(base.vocab < vocab ? [{ ...base, vocab: Math.min(vocab, largeVocab) }] : []),
  ]
}

/** Every piece costs a fixed part, one a layer and one a row of the vocabulary; reads these off and adds them up. */
export function extrapolate(points: readonly CalibrationPoint[], size: CalibrationSize): PassSeconds {
  const [base, ...others] = points as [CalibrationPoint, ...CalibrationPoint[]]
  const at = (piece: keyof PassSeconds) =>
    others.reduce((sum, point) => {
      const axis = point.layers === base.layers ? 'vocab' : 'layers'
      const slope = (point.seconds[piece] - base.seconds[piece]) / (point[axis] - base[axis])
      // A larger model that seems faster is noise.
      return sum + Math.max(0, slope) * (size[axis] - base[axis])
    }, base.seconds[piece])
  return everyPiece(at)
}

/**
 * Measures on this machine what each piece of a plan takes, in some seconds: real passes of the model's widths with few
 * layers and a small vocabulary, extrapolated.
 */
export async function calibratePasses(
  shape: ModelShape,
  plan: TrainingPlan,
  { signal }: { readonly signal: AbortSignal },
): Promise<PassSeconds> {
  const points: CalibrationPoint[] = []
  for (const size of calibrationSizes(shape)) {
    const request = {
      shape: { ...shape, ...size },
      modelBytes: Float32Array.BYTES_PER_ELEMENT * countWeights(shape).all,
      threads: plan.threads,
      lora: plan.lora,
      recomputesLayers: plan.recomputesLayers,
      kind: plan.kind,
      pass: plan.pass,
      promptTokens: plan.promptTokens,
      commonPromptTokens: plan.commonPromptTokens,
      responseTokens: plan.responseTokens,
      sampling: plan.sampling,
      signal,
    }
    const seconds = await measureTogether(request, plan.replicas)
    points.push({ ...size, seconds })
  }
  return extrapolate(points, shape)
}
