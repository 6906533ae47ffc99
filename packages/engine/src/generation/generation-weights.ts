import type { GraphBuilder } from '../graph/graph-builder.js'
import type { Feeds, Session } from '../graph/session.js'
import type { ParameterValues } from '../transformer/parameters.js'

/** Where the weights of generation live and how its two graphs get at them. */
export interface GenerationWeights {
  declare(graph: GraphBuilder): ParameterValues
  /** Changes a graph that is otherwise complete. */
  finish?(graph: GraphBuilder): void
  /** Lets go of what only the compilation of the graphs needs. */
  forgetConstants?(): void
  /** What goes into every run. */
  feeds(session: Session): Feeds
  /** The same weights inside the graph, where they are fed since they may change and are small enough to be packed. */
  readonly packed?: GenerationWeights
}
