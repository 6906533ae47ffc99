import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../graph/graph-builder.js'
import { floatsOf, loadRuntime, Session } from '../graph/session.js'
import { drawingChunks, drawnTokens } from './draw-graph.js'
import { uniformAt } from './random.js'
import { sampleToken } from './sample-token.js'

/** Draws one token for each uniform number, all from the same probabilities. */
async function draw(probabilities: Float32Array, uniforms: readonly number[]) {
  const vocab = probabilities.length
  const rows = uniforms.length
  const graph = new GraphBuilder()
  const { token, chance } = drawnTokens(graph, vocab, graph.input('probabilities', ['B', vocab]))
  graph.output(token, 'token')
  graph.output(chance, 'chance')
  const session = await Session.compile(await loadRuntime(), graph, { threads: 1, spins: false })
  const all = Float32Array.from({ length: rows * vocab }, (_, i) => probabilities[i % vocab] as number)
  const { chunks } = drawingChunks(vocab)
  const outputs = await session.run(
    {
      probabilities: session.float32(all, [rows, vocab]),
      uniform: session.float32(Float32Array.from(uniforms), [rows, 1]),
      firstChunk: session.float32(
        Float32Array.from(uniforms, (_, row) => row * chunks),
        [rows, 1],
      ),
    },
    { B: rows },
  )
  await session.release()
  return { tokens: Array.from(floatsOf(outputs, 'token')), chances: Array.from(floatsOf(outputs, 'chance')) }
}

/** Distinct probabilities, a third of them zero. */
function distribution(vocab: number): Float32Array {
  const weights = Array.from({ length: vocab }, (_, i) => (i % 3 === 1 ? 0 : uniformAt(9, i)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Float32Array.from(weights, (weight) => weight / total)
}

describe('drawnTokens', () => {
  it.each([2, 3, 10, 101, 4096])('draws from %i tokens as the processor does', async (vocab) => {
    const probabilities = distribution(vocab)
    const uniforms = Array.from({ length: 500 }, (_, i) => uniformAt(5, i))
    const { tokens, chances } = await draw(probabilities, uniforms)
    const expected = uniforms.map((uniform) => sampleToken(probabilities, { maxNewTokens: 1 }, uniform).tokenId)
    // A number within rounding of a token's edge may fall on either side of it.
    expect(tokens.filter((token, i) => token !== expected[i]).length).toBeLessThan(3)
    tokens.forEach((token, i) => {
      expect(chances[i]).toBe(probabilities[token])
    })
  })

  it('never draws what has no chance, not at the ends either', async () => {
    const uniforms = [0, 2 ** -32, 0.5, 1 - 2 ** -24, 1 - 2 ** -53]
    for (const probabilities of [
      [0, 0, 1, 0, 0],
      [0, 0.5, 0, 0, 0.5, 0, 0],
      [1e-30, 0, 1, 0],
      [0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0, 0, 0, 0],
    ]) {
      const { tokens, chances } = await draw(Float32Array.from(probabilities), uniforms)
      expect(chances.every((chance) => chance > 0)).toBe(true)
      expect(tokens.every((token) => (probabilities[token] as number) > 0)).toBe(true)
    }
  })
})
