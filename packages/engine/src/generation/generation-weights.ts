import type { GraphBuilder, Value } from '../graph/graph-builder.js'
import type { Feeds, Session } from '../graph/session.js'
import type { DecoderParameters } from '../transformer/parameters.js'

/** The weights inside a graph of generation. */
export interface DeclaredWeights {
  readonly parameters: DecoderParameters<Value>
  /** The output head: [hidden, vocab], or [vocab, hidden] where it is the embedding table itself. */
  readonly head: Value
  readonly isHeadTransposed: boolean
}

/** Where the weights of generation live and how its two graphs get at them. */
export interface GenerationWeights {
  declare(graph: GraphBuilder): DeclaredWeights
  /** Changes a graph that is otherwise complete. */
  finish?(graph: GraphBuilder): void
  /** Lets go of what only the compilation of the graphs needs. */
  forgetConstants?(): void
  /** What goes into every run. */
  feeds(session: Session): Feeds
  /** Brings derived copies up to date after the weights changed in place. */
  refresh(): void
}
