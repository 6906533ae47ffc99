import type { ModelConfig } from '../checkpoint/model-config.js'
import type { KlType, LossOptions, PolicyLoss } from '../engine-api.js'
import { GraphBuilder, type Value } from '../graph/graph-builder.js'
import { pickRows, rmsNorm } from '../graph/operators.js'
import { Tape } from '../graph/tape.js'
import { grpoLoss } from '../losses/grpo-loss.js'
import { sftLoss } from '../losses/sft-loss.js'
import type { AdapterLayout } from '../transformer/adapters.js'
import { packedInputs } from '../transformer/block-layout.js'
import { type DecoderOptions, decoder, sequenceInputs } from '../transformer/decoder.js'
import { type DecoderParameters, type Parameter, parameterInputs } from '../transformer/parameters.js'
import { type TokenStatistics, tokenStatistics } from '../transformer/token-statistics.js'

/** What the shape of a loss graph depends on; coefficients themselves are inputs. */
export interface LossVariant {
  readonly kind: 'grpo' | 'sft'
  readonly policyLoss: PolicyLoss
  readonly kl: 'none' | KlType
  readonly hasEntropyBonus: boolean
}

/** Reads off which graph a loss needs. */
export function lossVariant(loss: LossOptions): LossVariant {
  if (loss.kind === 'sft') return { kind: 'sft', policyLoss: 'grpo', kl: 'none', hasEntropyBonus: false }
  return {
    kind: 'grpo',
    policyLoss: loss.policyLoss ?? 'grpo',
    kl: loss.klCoef === 0 ? 'none' : loss.klType,
    hasEntropyBonus: loss.entropyCoef !== 0,
  }
}

export const gradientName = (parameter: Parameter) => `grad:${parameter.name}`
export const embeddedGradientName = 'grad:embedded'
export const targetGradientName = 'grad:targets'

/** Inputs: those of `packedInputs`, rows, targets, inverseTemperature. Output: logprob [rows, 1]. */
export function scoringGraph(config: ModelConfig, structure: DecoderParameters<Parameter>): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { statistics } = scoredTokens(tape, config, structure)
  tape.graph.output(statistics.logprob, 'logprob')
  return tape.graph
}

export interface TrainingGraphOptions {
  /** Trains these instead of the weights, which must already hold their products. */
  readonly adapters?: AdapterLayout
  /** True computes each layer again in the backward pass instead of keeping what is inside it. Default false. */
  readonly recomputesLayers?: boolean
}

/**
 * The scoring graph with a loss and its backward pass. Further outputs: entropy [rows, 1], loss [], a gradient a
 * parameter, and two gradients to be added into tables by token id: that of the token embeddings
 * [tokens, hidden], and that of the head's rows of the targets [rows, hidden]. With adapters the gradients are
 * theirs alone; their values are further inputs.
 */
export function trainingGraph(
  config: ModelConfig,
  structure: DecoderParameters<Parameter>,
  layout: readonly Parameter[],
  variant: LossVariant,
  { adapters, recomputesLayers = false }: TrainingGraphOptions = {},
): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const trained = new Map<Parameter, Value>()
  const adapt = (parameters: Map<Parameter, Value>) => {
    const valueNamed = new Map([...parameters].map(([{ name }, value]) => [name, value]))
    for (const { matrix, down, up } of adapters?.adapters ?? []) {
      const pair = { down: graph.input(down.name, down.shape), up: graph.input(up.name, up.shape) }
      tape.adapt(valueNamed.get(matrix.name) as Value, { ...pair, scale: adapters?.scale ?? 1 })
      trained.set(down, pair.down).set(up, pair.up)
    }
  }
  const { statistics, embedded, parameters } = scoredTokens(tape, config, structure, { recomputesLayers, adapt })
  if (adapters === undefined) for (const [parameter, value] of parameters) trained.set(parameter, value)
  const column = (name: string) => graph.input(name, ['R', 1])
  const scalar = (name: string) => graph.input(name, [])
  const weight = column('weight')
  const loss =
    variant.kind === 'sft'
      ? sftLoss(tape, statistics, weight)
      : grpoLoss(tape, statistics, {
          policyLoss: variant.policyLoss,
          oldLogprob: column('oldLogprob'),
          advantage: column('advantage'),
          weight,
          ratioLow: scalar('ratioLow'),
          ratioHigh: scalar('ratioHigh'),
          segments:
            variant.policyLoss === 'gspo'
              ? { membership: graph.input('membership', ['R', 'S']), inverseLength: column('inverseLength') }
              : null,
          kl:
            variant.kl === 'none'
              ? null
              : { type: variant.kl, coefficient: scalar('klCoef'), refLogprob: column('refLogprob') },
          entropyCoefficient: variant.hasEntropyBonus ? scalar('entropyCoef') : null,
        })
  const tables = adapters === undefined ? [embedded, statistics.targetRows] : []
  // Gradients are returned as outputs; the arena frees everything else between runs.
  tape.backward(loss, [...trained.values(), ...tables])
  graph.output(statistics.logprob, 'logprob')
  graph.output(statistics.entropy, 'entropy')
  graph.output(loss, 'loss')
  for (const parameter of layout) {
    const gradient = tape.gradient(trained.get(parameter) as Value)
    if (gradient !== undefined) graph.output(gradient, gradientName(parameter))
  }
  if (adapters === undefined) {
    graph.output(tape.gradient(embedded) as Value, embeddedGradientName)
    graph.output(tape.gradient(statistics.targetRows) as Value, targetGradientName)
  }
  return graph
}

/** Computes plain logits. Inputs: tokens [N], positions [B, T], mask; output: logits [N, vocab]. For checks against other code. */
export function logitsGraph(config: ModelConfig, structure: DecoderParameters<Parameter>): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const values = parameterInputs(graph, structure)
  const { hidden } = decoder(tape, config, values, sequenceInputs(graph, config))
  const normed = rmsNorm(tape, hidden, values.finalNorm, config.rmsNormEps)
  graph.output(graph.op('Gemm', [normed, values.head], ['N', config.vocab], { transB: 1 }), 'logits')
  return graph
}

function scoredTokens(
  tape: Tape,
  config: ModelConfig,
  structure: DecoderParameters<Parameter>,
  { recomputesLayers = false, adapt }: Partial<DecoderOptions> & { adapt?: (p: Map<Parameter, Value>) => void } = {},
) {
  const { graph } = tape
  const values = parameterInputs(graph, structure)
  const parameters = pairParameters(structure, values)
  adapt?.(parameters)
  const { hidden, embedded } = decoder(tape, config, values, packedInputs(graph, config, 'responses'), {
    recomputesLayers,
  })
  const picked = pickRows(tape, hidden, graph.input('rows', ['R'], 'int64'))
  const normed = rmsNorm(tape, picked, values.finalNorm, config.rmsNormEps)
  const targets = graph.input('targets', ['R'], 'int64')
  const statistics: TokenStatistics = tokenStatistics(
    tape,
    normed,
    values.head,
    targets,
    graph.input('inverseTemperature', []),
  )
  return { statistics, embedded, parameters }
}

/** Maps each parameter to its graph value, once each. */
function pairParameters(
  structure: DecoderParameters<Parameter>,
  values: DecoderParameters<Value>,
): Map<Parameter, Value> {
  const pairs = new Map<Parameter, Value>([
    [structure.embedding, values.embedding],
    [structure.finalNorm, values.finalNorm],
    [structure.head, values.head],
  ])
  structure.layers.forEach((layer, i) => {
    for (const key of Object.keys(layer) as (keyof typeof layer)[]) {
      const parameter = layer[key]
      const value = values.layers[i]?.[key]
      if (parameter && value) pairs.set(parameter, value)
    }
  })
  return pairs
}
