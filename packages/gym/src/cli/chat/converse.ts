import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Colors } from '../../console/colors.js'
import { printable, printableLines } from '../../console/printable.js'
import { messageOf } from '../../errors.js'
import { chatHelp, parseChatCommand, type Sampling, saidToModel } from './chat-command.js'
import { sideBySide, sideBySideFrom } from './side-by-side.js'
import { Conversation, type Speaker } from './speaker.js'
import { tellAnswer } from './tell-answer.js'

export interface ConverseOptions {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: NodeJS.WritableStream
  readonly colors: Colors
  /** First message of every conversation; none when empty. */
  readonly systemPrompt: string
  /**
   * True writes one JSON object a turn and nothing else: `{ prompt, response }`, with two speakers
   * `{ prompt, seed, responses: [{ name, response }, ...] }`.
   */
  readonly isJson: boolean
  /** Who answers. With two, both answer each turn, with the same seed, and each keeps its own conversation. */
  readonly speakers: readonly [Speaker] | readonly [Speaker, Speaker]
  readonly sampling: Sampling
  /** Draws the seed of a turn for two speakers when none is set. */
  readonly drawSeed: () => number
  readonly signal: AbortSignal
  /** Called for Ctrl-C at a terminal; expected to abort the signal. */
  readonly onInterrupt: () => void
}

/**
 * Talks with one model or two, line by line, until the input ends, `/quit`, or an abort. At a terminal what fails is told
 * and the talk goes on; from a pipe it ends the talk by throwing.
 */
export async function converse(options: ConverseOptions): Promise<void> {
  const { stdin, stderr, colors, signal } = options
  const isInteractive = stdin.isTTY === true
  const conversations = options.speakers.map((speaker) => new Conversation(speaker, options.systemPrompt))
  let sampling = options.sampling

  // The prompt and what is typed go to stderr: stdout holds the answers only.
  const reader = createInterface({
    input: stdin,
    ...(isInteractive ? { output: stderr, terminal: true, prompt: colors.cyan('> ') } : { terminal: false }),
  })
  const stop = () => reader.close()
  signal.addEventListener('abort', stop, { once: true })
  // While lines are edited the terminal does not turn Ctrl-C into a signal; the editor tells it instead.
  reader.on('SIGINT', options.onInterrupt)
  // The input may end while lines of it still wait for their answer; from Node 24 on a closed reader throws.
  let isOpen = true
  reader.once('close', () => {
    isOpen = false
  })
  const prompt = () => {
    if (isInteractive && isOpen) reader.prompt()
  }
  try {
    if (isInteractive) stderr.write(`${colors.dim(chatHelp)}\n`)
    prompt()
    for await (const line of reader) {
      const text = line.trim()
      try {
        const command = parseChatCommand(text)
        if (command?.kind === 'quit') return
        if (command?.kind === 'reset') for (const one of conversations) one.reset()
        else if (command?.kind === 'help') stderr.write(`${chatHelp}\n`)
        else if (command?.kind === 'sampling') sampling = { ...sampling, ...command.change }
        else if (text !== '') await takeTurn(saidToModel(text), conversations, sampling, options)
      } catch (error) {
        tellFailure(error, options)
      }
      prompt()
    }
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
    reader.close()
  }
}

async function takeTurn(
  text: string,
  conversations: readonly Conversation[],
  sampling: Sampling,
  options: ConverseOptions,
): Promise<void> {
  const { stdout, colors, isJson, signal } = options
  const isShown = stdout.isTTY === true
  const [left, right] = conversations
  const told = { stdout, isShown, isSilent: isJson }
  const tell = (pieces: AsyncIterable<string>) => tellAnswer(pieces, told)
  if (left !== undefined && right === undefined) {
    const response = await left.turn(text, sampling, signal, tell)
    if (isJson) stdout.write(`${JSON.stringify({ prompt: text, response })}\n`)
    return
  }
  const shared = { ...sampling, seed: sampling.seed ?? options.drawSeed() }
  const columns = isShown ? (stdout.columns ?? 0) : 0
  if (!isJson && (columns < sideBySideFrom || left === undefined || right === undefined)) {
    for (const one of conversations) {
      stdout.write(`${colors.bold(isShown ? printable(one.name) : one.name)}\n`)
      // At a terminal the failure of one is no reason not to ask the other.
      await one.turn(text, shared, signal, tell).catch((error: unknown) => tellFailure(error, options))
    }
    return
  }
  // Both are asked at once and awaited to the end, so that the failure of one leaves nothing running behind.
  const silently = (pieces: AsyncIterable<string>) => tellAnswer(pieces, { ...told, isSilent: true })
  const answers = await Promise.allSettled(conversations.map((one) => one.turn(text, shared, signal, silently)))
  const texts = answers.map((answer) => {
    if (answer.status === 'fulfilled') return answer.value
    tellFailure(answer.reason, options)
    return '(no answer)'
  })
  if (isJson) {
    const responses = conversations.map(({ name }, index) => ({ name, response: texts[index] }))
    stdout.write(`${JSON.stringify({ prompt: text, seed: shared.seed, responses })}\n`)
    return
  }
  const heading = sideBySide(left?.name ?? '', right?.name ?? '', columns).map((line) => colors.bold(line))
  const lines = [...heading, ...sideBySide(texts[0] ?? '', texts[1] ?? '', columns)]
  stdout.write(`${lines.join('\n')}\n${colors.dim(`seed ${shared.seed}`)}\n`)
}

/** Says at a terminal what failed; throws it again where nobody reads along, and after an abort. */
function tellFailure(error: unknown, { stdin, stderr, colors, signal }: ConverseOptions): void {
  if (signal.aborted || stdin.isTTY !== true) throw error
  stderr.write(`${colors.red(`error: ${printableLines(messageOf(error)).join(' ')}`)}\n`)
}
