import type { ServerResponse } from 'node:http'
import { createEventStream } from './event-stream.js'
import type { GenerationPlan } from './generation-plan.js'
import { answerTo, type RouteContext } from './openai-app.js'
import type { Admission } from './request-gate.js'
import { type AnswerPiece, type FinishReason, runGeneration } from './run-generation.js'

/** How one kind of completion writes its events. */
export interface ChunkShape {
  /** Fields that every event repeats. */
  readonly head: Readonly<Record<string, unknown>>
  /** True adds one last event with the usage and no choices. */
  readonly includeUsage: boolean
  /** Choices to send before the first token of a sample, each in an event of its own. */
  readonly first: (index: number) => readonly object[]
  /** Choices that one piece becomes, each in an event of its own. */
  readonly piece: (index: number, piece: AnswerPiece, finishReason: FinishReason | null) => readonly object[]
}

/** Answers with server-sent events while the samples are drawn. A failure on the way is the last event, without [DONE]. */
export function streamGeneration(
  shared: RouteContext,
  plan: GenerationPlan,
  admission: Admission,
  shape: ChunkShape,
  outgoing: ServerResponse | undefined,
): Response {
  const stream = createEventStream(() => admission.abort(), outgoing && { outgoing, pacer: shared.pacer })
  const head = JSON.stringify(shape.head).slice(0, -1)
  // OpenAI's events carry "usage": null until the last one, but only when usage was asked for.
  const usageSoFar = shape.includeUsage ? ',"usage":null' : ''
  const eventWith = (choice: object) => `${head},"choices":[${JSON.stringify(choice)}]${usageSoFar}}`
  const askedAt = shared.clock()
  let hasBegun = false
  const run = async (): Promise<void> => {
    using held = admission
    try {
      stream.open(...[...plan.seeds.keys()].flatMap((index) => shape.first(index).map(eventWith)))
      const { usage } = await runGeneration(shared, plan, held, (index, piece, finishReason) => {
        if (!hasBegun) shared.metrics.countFirstToken((shared.clock() - askedAt) / 1000)
        hasBegun = true
        stream.push(...shape.piece(index, piece, finishReason).map(eventWith))
      })
      const last = shape.includeUsage ? [JSON.stringify({ ...shape.head, choices: [], usage })] : []
      stream.end(...last, '[DONE]')
    } catch (error) {
      stream.end(await answerTo(error, shared).getResponse().text())
    }
  }
  void run()
  return stream.response
}
