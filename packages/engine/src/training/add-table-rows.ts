import type { Tensor } from 'onnxruntime-node'
import { floatsOf } from '../graph/session.js'
import type { Parameter } from '../transformer/parameters.js'
import type { Trained } from './optimizer.js'
import type { PackedBatch } from './pack-groups.js'
import { embeddedGradientName, targetGradientName } from './training-graph.js'

/**
 * Adds what a pass gives for tables as rows by token id to their gradients, here and not in the graph: ids repeat, and a
 * scatter with repeated indices is not safe there. Head and embedding may be one table.
 */
export function addTableRows(
  tables: Trained['tables'],
  outputs: Record<string, Tensor>,
  { tokens, targets }: PackedBatch,
  gradientOf: (table: Parameter) => Float32Array,
): void {
  if (tables === null) return
  for (const [table, ids, name] of [
    [tables.embedding, tokens, embeddedGradientName],
    [tables.head, targets, targetGradientName],
  ] as const) {
    addRows(gradientOf(table), ids, floatsOf(outputs, name), table.shape[1] as number)
  }
}

/** `rows` is [ids, width]. */
function addRows(table: Float32Array, ids: Int32Array, rows: Float32Array, width: number): void {
  for (let row = 0; row < ids.length; row++) {
    const to = (ids[row] as number) * width
    const from = row * width
    for (let j = 0; j < width; j++) table[to + j] = (table[to + j] as number) + (rows[from + j] as number)
  }
}
