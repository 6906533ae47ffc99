/** A block of a Markdown text between two fences of backticks or tildes. */
export interface FencedBlock {
  /** First word after the opening fence, in lower case; empty when there is none. */
  readonly language: string
  readonly text: string
}

/**
 * Lists the fenced blocks of a Markdown text in one pass. As in CommonMark, a fence is closed by one of the same sign and
 * at least its length, so a longer fence may hold shorter ones; a block that is never closed goes on to the end.
 */
export function fencedBlocks(text: string): FencedBlock[] {
  const blocks: FencedBlock[] = []
  let open: { readonly fence: string; readonly language: string; readonly lines: string[] } | undefined
  for (const line of text.split(/\r?\n/)) {
    const [, fence = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    if (open === undefined) {
      // Backticks after the fence make it inline code.
      if (fence === '' || (fence.startsWith('`') && info.includes('`'))) continue
      open = { fence, language: info.trim().split(/\s/, 1)[0]?.toLowerCase() ?? '', lines: [] }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      blocks.push({ language: open.language, text: open.lines.join('\n') })
      open = undefined
    } else open.lines.push(line)
  }
  if (open !== undefined) blocks.push({ language: open.language, text: open.lines.join('\n') })
  return blocks
}
