const opening = '<tool_call>'
const closing = '</tool_call>'

/** A call that the model wrote. */
export interface ParsedToolCall {
  readonly name: string
  /** JSON text. */
  readonly arguments: string
}

/** Tells whether what the model wrote as a call may pass as one. */
export type CallCheck = (call: ParsedToolCall) => boolean

/** Text and calls that are now certain. */
export interface ToolCallPiece {
  readonly text: string
  readonly calls: readonly ParsedToolCall[]
}

/**
 * Takes the calls out of a stream of text, wherever its pieces happen to break: Qwen and Hermes models write each as
 * `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`. White space around calls is dropped; what is not such
 * JSON, or was cut off, stays text as it is.
 */
export interface ToolCallCutter {
  push(text: string): ToolCallPiece
  /** Returns what was held back because it could have become a call. */
  end(): ToolCallPiece
}

/** Makes a cutter for one sample; what `isCall` does not let pass stays text. */
export function createToolCallCutter(isCall: CallCheck = () => true): ToolCallCutter {
  let held = ''
  let isAfterCall = false
  const take = (isEnd: boolean): ToolCallPiece => {
    let text = ''
    const calls: ParsedToolCall[] = []
    const show = (more: string) => {
      const shown = isAfterCall ? more.trimStart() : more
      if (shown !== '') isAfterCall = false
      text += shown
    }
    for (;;) {
      const start = held.indexOf(opening)
      const end = start === -1 ? -1 : held.indexOf(closing, start)
      if (end === -1) break
      const call = parseCall(held.slice(start + opening.length, end))
      if (call === null || !isCall(call)) show(held.slice(0, end + closing.length))
      else {
        show(held.slice(0, start).trimEnd())
        calls.push(call)
        isAfterCall = true
      }
      held = held.slice(end + closing.length)
    }
    const certain = isEnd ? held.length : certainLength(held)
    show(held.slice(0, certain))
    held = held.slice(certain)
    return { text, calls }
  }
  return {
    push(text) {
      held += text
      return take(false)
    },
    end: () => take(true),
  }
}

/** How much of the text cannot belong to a call: all before an opening, or its beginning, and the white space before that. */
function certainLength(text: string): number {
  let end = text.indexOf(opening)
  if (end === -1) {
    let partial = Math.min(opening.length - 1, text.length)
    while (!text.endsWith(opening.slice(0, partial))) partial--
    end = text.length - partial
  }
  return text.slice(0, end).trimEnd().length
}

function parseCall(text: string): ParsedToolCall | null {
  let call: unknown
  try {
    call = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof call !== 'object' || call === null || !('name' in call) || typeof call.name !== 'string') return null
  const given = 'arguments' in call ? call.arguments : {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null
  return { name: call.name, arguments: JSON.stringify(given) }
}
