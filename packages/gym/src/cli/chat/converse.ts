import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Colors } from '../../console/colors.js'
import { printableLines } from '../../console/printable.js'
import { messageOf } from '../../errors.js'
import type { Message } from '../../trip.js'

export interface ConverseOptions {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream
  readonly colors: Colors
  /** First message of every conversation; none when empty. */
  readonly systemPrompt: string
  /** True writes one JSON object a turn, `{ prompt, response }`, and nothing else. */
  readonly isJson: boolean
  /** Yields the answer to a conversation, piece by piece. */
  readonly answer: (messages: readonly Message[], signal: AbortSignal) => AsyncIterable<string>
  readonly signal: AbortSignal
  /** Called for Ctrl-C at a terminal; expected to abort the signal. */
  readonly onInterrupt: () => void
}

const help = '/reset forgets the conversation, /exit (or Ctrl-D) leaves'

/**
 * Talks with a model line by line until the input ends, `/exit`, or an abort. At a terminal an answer that fails is told
 * and the talk goes on; from a pipe it ends the talk by throwing.
 */
export async function converse(options: ConverseOptions): Promise<void> {
  const { stdin, stdout, stderr, colors, signal } = options
  const isInteractive = stdin.isTTY === true
  // Text for a terminal is made harmless; a file or a program gets it as the model wrote it.
  const isShown = stdout.isTTY === true
  const opening: readonly Message[] =
    options.systemPrompt === '' ? [] : [{ role: 'system', content: options.systemPrompt }]
  let messages: readonly Message[] = opening

  // The prompt and what is typed go to stderr: stdout holds the answers only.
  const reader = createInterface({
    input: stdin,
    ...(isInteractive ? { output: stderr, terminal: true, prompt: colors.cyan('> ') } : { terminal: false }),
  })
  const stop = () => reader.close()
  signal.addEventListener('abort', stop, { once: true })
  // While lines are edited the terminal does not turn Ctrl-C into a signal; the editor tells it instead.
  reader.on('SIGINT', options.onInterrupt)
  const prompt = () => {
    if (isInteractive) reader.prompt()
  }
  try {
    if (isInteractive) stderr.write(`${colors.dim(help)}\n`)
    prompt()
    for await (const line of reader) {
      const text = line.trim()
      if (text === '/exit' || text === '/quit') return
      if (text === '/reset') {
        messages = opening
      } else if (text === '/help') {
        stderr.write(`${help}\n`)
      } else if (text !== '') {
        const asked: readonly Message[] = [...messages, { role: 'user', content: text }]
        try {
          const response = await tell(options.answer(asked, signal), { stdout, isShown, isSilent: options.isJson })
          if (options.isJson) stdout.write(`${JSON.stringify({ prompt: text, response })}\n`)
          messages = [...asked, { role: 'assistant', content: response }]
        } catch (error) {
          if (signal.aborted || !isInteractive) throw error
          stderr.write(`${colors.red(`error: ${printableLines(messageOf(error)).join(' ')}`)}\n`)
        }
      }
      prompt()
    }
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
    reader.close()
  }
}

interface TellOptions {
  readonly stdout: NodeJS.WritableStream
  readonly isShown: boolean
  readonly isSilent: boolean
}

async function tell(pieces: AsyncIterable<string>, { stdout, isShown, isSilent }: TellOptions): Promise<string> {
  let response = ''
  let held = ''
  const write = (text: string) => {
    if (!isSilent && text !== '') stdout.write(isShown ? printableLines(text).join('\n') : text)
  }
  for await (const piece of pieces) {
    response += piece
    // Half a surrogate pair, or a carriage return whose newline is still to come, waits for its other half.
    const text = held + piece
    const isHalf = /[\ud800-\udbff\r]$/.test(text)
    held = isHalf ? text.slice(-1) : ''
    write(isHalf ? text.slice(0, -1) : text)
  }
  write(held)
  if (!isSilent) stdout.write('\n')
  return response
}
