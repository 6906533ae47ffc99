/**
 * Adds rows to a table by token id, here and not in a graph: ids repeat, and a scatter with repeated indices is not safe
 * there. `rows` is [ids, width].
 */
export function addTableRows(table: Float32Array, ids: Int32Array, rows: Float32Array, width: number): void {
  for (let row = 0; row < ids.length; row++) {
    const to = (ids[row] as number) * width
    const from = row * width
    for (let j = 0; j < width; j++) table[to + j] = (table[to + j] as number) + (rows[from + j] as number)
  }
}
