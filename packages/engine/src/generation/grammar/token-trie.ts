/**
 * All tokens as a tree over their bytes, laid out in the order of a depth-first walk: a subtree that a grammar forbids
 * is skipped with one jump.
 */
export interface TokenTrie {
  readonly vocabSize: number
  /** By node: its last byte, its depth (1 for the first byte), the node after its subtree. */
  readonly bytes: Uint8Array
  readonly depths: Uint16Array
  readonly ends: Int32Array
  /** By node: where its token ids begin in `tokenIds`; one more place marks the end. */
  readonly idStarts: Int32Array
  readonly tokenIds: Int32Array
  readonly bytesOf: (tokenId: number) => Uint8Array
}

/** Builds the tree; tokens without bytes, and those in `excluded` (special ones), are left out. */
export function buildTokenTrie(
  vocabSize: number,
  bytesOf: (tokenId: number) => Uint8Array,
  excluded: ReadonlySet<number>,
): TokenTrie {
  const tokens: { readonly id: number; readonly bytes: Uint8Array }[] = []
  for (let id = 0; id < vocabSize; id++) {
    const bytes = excluded.has(id) ? new Uint8Array(0) : bytesOf(id)
    if (bytes.length > 0) tokens.push({ id, bytes })
  }
  tokens.sort((a, b) => Buffer.compare(a.bytes, b.bytes) || a.id - b.id)

  const nodes: { byte: number; depth: number; end: number; ids: number[] }[] = []
  const open: number[] = []
  const closeTo = (depth: number) => {
    while (open.length > depth) {
      const node = nodes[open.pop() as number]
      if (node) node.end = nodes.length
    }
  }
  let previous: Uint8Array = new Uint8Array(0)
  for (const { id, bytes } of tokens) {
    let shared = 0
    while (shared < previous.length && shared < bytes.length && previous[shared] === bytes[shared]) shared++
    closeTo(shared)
    for (let depth = shared; depth < bytes.length; depth++) {
      open.push(nodes.length)
      nodes.push({ byte: bytes[depth] as number, depth: depth + 1, end: 0, ids: [] })
    }
    nodes[open.at(-1) as number]?.ids.push(id)
    previous = bytes
  }
  closeTo(0)

  const idStarts = new Int32Array(nodes.length + 1)
  nodes.forEach(({ ids }, node) => {
    idStarts[node + 1] = (idStarts[node] as number) + ids.length
  })
  return {
    vocabSize,
    bytes: Uint8Array.from(nodes, (node) => node.byte),
    depths: Uint16Array.from(nodes, (node) => node.depth),
    ends: Int32Array.from(nodes, (node) => node.end),
    idStarts,
    tokenIds: Int32Array.from(nodes.flatMap((node) => node.ids)),
    bytesOf: (tokenId) => (excluded.has(tokenId) ? new Uint8Array(0) : bytesOf(tokenId)),
  }
}
