import { describe, expect, it } from 'vitest'
import { GraphBuilder } from './graph-builder.js'

/** Operators in the order in which they are written into the model, read off the names of its nodes. */
function written(graph: GraphBuilder): string[] {
  const text = Buffer.from(graph.toBytes()).toString('latin1')
  return [...text.matchAll(/node_\d+_([A-Za-z]+)/g)].map(([, operator]) => operator ?? '')
}

describe('the order of a written graph', () => {
  it('puts what nothing reads in front, the last one first, and leaves the others as they were', () => {
    const graph = new GraphBuilder()
    const x = graph.input('x', ['N'])
    const inner = graph.op('Exp', [x], ['N'])
    graph.output(graph.op('Neg', [inner], ['N']), 'early')
    const deep = graph.op('Sqrt', [inner], ['N'])
    graph.output(graph.op('Abs', [deep], ['N']), 'late')
    expect(written(graph)).toEqual(['Abs', 'Neg', 'Exp', 'Sqrt'])
  })

  it('keeps an output in its place where a later node reads it too', () => {
    const graph = new GraphBuilder()
    const shared = graph.op('Exp', [graph.input('x', ['N'])], ['N'])
    graph.output(shared, 'shared')
    graph.output(graph.op('Neg', [shared], ['N']), 'negative')
    expect(written(graph)).toEqual(['Neg', 'Exp'])
  })

  it('counts a node with several outputs as read when one of them is', () => {
    const graph = new GraphBuilder()
    const halves = [
      { shape: ['N'], type: 'float32' as const },
      { shape: ['N'], type: 'float32' as const },
    ]
    const [, second] = graph.ops('Split', [graph.input('x', ['2N'])], halves, { axis: 0 })
    graph.output(graph.op('Neg', [second!], ['N']), 'negative')
    expect(written(graph)).toEqual(['Neg', 'Split'])
  })
})
