import { GraphBuilder, type Value } from '../graph/graph-builder.js'
import type { Parameter } from '../transformer/parameters.js'

/** A tensor of a parameter: its weights, its moments, its gradient, or the rows that are added to it by token id. */
export type ParameterTensor = 'weights' | 'mean' | 'variance' | 'gradient' | 'rows'

export const tensorName = (kind: ParameterTensor, { name }: Parameter) => `${kind}:${name}`

/** Which parts a parameter's gradient has. */
export interface GradientParts {
  readonly parameter: Parameter
  readonly isDense: boolean
  readonly hasRows: boolean
}

/** Adds the gradients of two passes. Inputs: gradient and `more:` gradient of each; outputs: their sums as gradient. */
export function accumulationGraph(parameters: readonly Parameter[]): GraphBuilder {
  const graph = new GraphBuilder()
  for (const parameter of parameters) {
    const name = tensorName('gradient', parameter)
    const sum = [graph.input(`given:${name}`, parameter.shape), graph.input(`more:${name}`, parameter.shape)]
    graph.output(graph.op('Add', sum, parameter.shape), name)
  }
  return graph
}

/**
 * Completes a step's gradient. Inputs: gradient and rows, where a parameter has them. Outputs: the whole gradient of each
 * parameter that has rows, and squares [parameters], the sums of the squares of all.
 */
export function completionGraph(parts: readonly GradientParts[]): GraphBuilder {
  const graph = new GraphBuilder()
  const squares = parts.map(({ parameter, isDense, hasRows }) => {
    const { shape } = parameter
    const name = tensorName('gradient', parameter)
    const given = [
      ...(isDense ? [graph.input(`given:${name}`, shape)] : []),
      ...(hasRows ? [graph.input(tensorName('rows', parameter), shape)] : []),
    ]
    const whole = hasRows ? graph.op(isDense ? 'Add' : 'Identity', given, shape) : (given[0] as Value)
    if (hasRows) graph.output(whole, name)
    // One axis after the other: all at once would be the work of a single group of threads.
    const squared = graph.op('Mul', [whole, whole], shape)
    return shape.reduceRight<Value>((sum, _, axis) => {
      const left = axis === 0 ? [1] : shape.slice(0, axis)
      return graph.op('ReduceSum', [sum, graph.ints([axis])], left, { keepdims: axis === 0 ? 1 : 0 })
    }, squared)
  })
  graph.output(graph.op('Concat', squares, [squares.length], { axis: 0 }), 'squares')
  return graph
}

/** Scalars that the update reads at each step. */
export const updateScalars = [
  'scale',
  'beta1',
  'keep1',
  'beta2',
  'keep2',
  'correction',
  'eps',
  'rate',
  'decay',
] as const

/**
 * AdamW (arXiv 1711.05101) as `adamwRange` writes it. Inputs: weights, mean, variance and gradient of each parameter, and
 * `updateScalars`; outputs: the new weights, mean and variance. Vectors, which are norms and biases, are not decayed.
 */
export function updateGraph(parameters: readonly Parameter[]): GraphBuilder {
  const graph = new GraphBuilder()
  const [scale, beta1, keep1, beta2, keep2, correction, eps, rate, decay] = updateScalars.map((name) =>
    graph.input(name, []),
  ) as [Value, Value, Value, Value, Value, Value, Value, Value, Value]
  for (const parameter of parameters) {
    const { shape } = parameter
    const given = (kind: ParameterTensor) => graph.input(`given:${tensorName(kind, parameter)}`, shape)
    const op = (opType: string, ...inputs: Value[]) => graph.op(opType, inputs, shape)
    const [weights, oldMean, oldVariance] = [given('weights'), given('mean'), given('variance')]
    const gradient = op('Mul', graph.input(tensorName('gradient', parameter), shape), scale)
    const mean = op('Add', op('Mul', oldMean, beta1), op('Mul', gradient, keep1))
    const square = op('Mul', gradient, gradient)
    const variance = op('Add', op('Mul', oldVariance, beta2), op('Mul', square, keep2))
    const deviation = op('Add', op('Sqrt', op('Mul', variance, correction)), eps)
    const change = op('Div', op('Mul', mean, rate), deviation)
    const kept = shape.length === 1 ? weights : op('Mul', weights, decay)
    graph.output(op('Sub', kept, change), tensorName('weights', parameter))
    graph.output(mean, tensorName('mean', parameter))
    graph.output(variance, tensorName('variance', parameter))
  }
  return graph
}
