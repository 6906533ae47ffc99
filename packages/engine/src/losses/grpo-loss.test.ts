import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LossOptions } from '../engine-api.js'
import { GraphBuilder, type Value } from '../graph/graph-builder.js'
import { floatsOf, loadRuntime, type Runtime, Session } from '../graph/session.js'
import { Tape } from '../graph/tape.js'
import { grpoLoss } from './grpo-loss.js'
import { segmentsOfRows } from './segments-of-rows.js'

interface Response {
  readonly logprobs: number[]
  readonly oldLogprobs: number[]
  readonly refLogprobs: number[]
  readonly samplerLogprobs: number[]
  readonly advantage: number
  readonly isTrained: boolean[]
}

interface Expected {
  readonly loss: number
  readonly gradient: number[][]
}

type PolicyLossOptions = Extract<LossOptions, { kind: 'grpo' }>

interface Case {
  readonly name: string
  readonly batch: string
  readonly loss: PolicyLossOptions
  readonly lossAggregation: string
  readonly tisClip: number | null
  readonly expected: Expected
  readonly trl: Expected | null
}

const vectors = JSON.parse(readFileSync(new URL('../../fixtures/loss-vectors.json', import.meta.url), 'utf8')) as {
  readonly batches: Record<string, Response[]>
  readonly tokenWeights: Record<string, Record<string, number[]>>
  readonly cases: Case[]
}

let runtime: Runtime
beforeAll(async () => {
  runtime = await loadRuntime()
})

/** Runs the loss graph on its own, with the log-probabilities as the leaf whose gradient is wanted. */
async function lossAndGradient({ batch, loss, lossAggregation, tisClip }: Case): Promise<Expected> {
  const responses = vectors.batches[batch] as Response[]
  const owners = responses.flatMap(({ isTrained }, responseIndex) =>
    isTrained.flatMap((trained, tokenIndex) => (trained ? [{ groupIndex: 0, responseIndex, tokenIndex }] : [])),
  )
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const columns: Record<string, (response: Response, token: number, index: number) => number> = {
    logprob: (response, t) => response.logprobs[t]!,
    oldLogprob: (response, t) => response.oldLogprobs[t]!,
    refLogprob: (response, t) => response.refLogprobs[t]!,
    advantage: ({ advantage, oldLogprobs, samplerLogprobs }, t) =>
      advantage * (tisClip === null ? 1 : Math.min(Math.exp(oldLogprobs[t]! - samplerLogprobs[t]!), tisClip)),
    weight: (_response, _t, index) => vectors.tokenWeights[batch]?.[lossAggregation]?.[index] as number,
  }
  const inputs = Object.fromEntries(
    Object.keys(columns).map((name): [string, Value] => [name, graph.input(name, ['R', 1])]),
  ) as Record<'logprob' | 'oldLogprob' | 'refLogprob' | 'advantage' | 'weight', Value>
  const segments = {
    membership: graph.input('membership', ['R', 'S']),
    inverseLength: graph.input('inverse', ['R', 1]),
  }
  const total = grpoLoss(
    tape,
    { logprob: inputs.logprob, entropy: graph.scalar(0) },
    {
      ...inputs,
      policyLoss: loss.policyLoss ?? 'grpo',
      ratioLow: graph.scalar(1 - loss.epsClip),
      ratioHigh: graph.scalar(1 + loss.epsClipHigh),
      segments,
      kl:
        loss.klCoef === 0
          ? null
          : { type: loss.klType, coefficient: graph.scalar(loss.klCoef), refLogprob: inputs.refLogprob },
      entropyCoefficient: null,
    },
  )
  tape.backward(total, [inputs.logprob])
  graph.output(total, 'loss')
  graph.output(tape.gradient(inputs.logprob) as Value, 'gradient')
  const session = await Session.compile(runtime, graph, { threads: 1, spins: false })
  const rows = owners.length
  const { sequences, membership, inverseLength } = segmentsOfRows(owners)
  const feeds = {
    ...Object.fromEntries(
      Object.entries(columns).map(([name, value]) => [
        name,
        session.float32(
          Float32Array.from(owners, (o) => value(responses[o.responseIndex]!, o.tokenIndex, o.responseIndex)),
          [rows, 1],
        ),
      ]),
    ),
    membership: session.float32(membership, [rows, sequences]),
    inverse: session.float32(inverseLength, [rows, 1]),
  }
  const outputs = await session.run(feeds, { R: rows, S: sequences })
  const gradient = responses.map(({ logprobs }) => logprobs.map(() => 0))
  owners.forEach(({ responseIndex, tokenIndex }, row) => {
    gradient[responseIndex]![tokenIndex] = floatsOf(outputs, 'gradient')[row]!
  })
  const result = { loss: floatsOf(outputs, 'loss')[0]!, gradient }
  await session.release()
  return result
}

/** Float32 keeps seven digits: of the loss, and of the largest gradient. */
function expectEqual(own: Expected, reference: Expected) {
  expect(Math.abs(own.loss - reference.loss)).toBeLessThan(1e-6 * Math.max(1, Math.abs(reference.loss)))
  const largest = Math.max(...reference.gradient.flat().map(Math.abs))
  own.gradient.forEach((tokens, r) => {
    tokens.forEach((g, t) => {
      expect(Math.abs(g - reference.gradient[r]![t]!), `response ${r}, token ${t}`).toBeLessThanOrEqual(1e-6 * largest)
    })
  })
}

describe('grpoLoss', () => {
  it.each(vectors.cases)(
    'equals the float64 reference within 1e-6, and TRL where it has the variant: $name',
    async (c) => {
      const own = await lossAndGradient(c)
      expectEqual(own, c.expected)
      if (c.trl !== null) expectEqual(own, c.trl)
    },
  )

  it('has vectors in which clips bite on both sides and gradients differ between variants', () => {
    const gradientOf = (name: string) => vectors.cases.find((c) => c.name === name)?.expected.gradient as number[][]
    const clip = gradientOf('GRPO, mean over tokens (DAPO)').flat()
    expect(clip.filter((g) => g === 0).length).toBeGreaterThan(5)
    expect(gradientOf('GSPO')[0]).toEqual([0, 0, 0, 0, 0])
    expect(
      gradientOf('CISPO, both bounds')
        .flat()
        .filter((g) => g === 0),
    ).toHaveLength(3)
  })
})
