import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import { EngineError } from '../errors.js'
import { pythonStrip, usePythonStrip } from './python-strip.js'
import { strftime } from './strftime.js'

/** One message as a chat template sees it; fields beyond role and content reach the template unchanged. */
export interface ChatMessage {
  readonly role: string
  readonly content?: string | null | readonly object[] | undefined
  readonly reasoning_content?: string | null | undefined
  readonly tool_calls?: readonly object[] | null | undefined
  readonly tool_call_id?: string | undefined
  readonly name?: string | undefined
}

/** What a conversation is rendered with. */
export interface ChatTemplateOptions {
  /** Ends the text with the opening of an assistant's turn. Default false. */
  readonly addGenerationPrompt?: boolean | undefined
  /** JSON schemas of functions that the model may call. */
  readonly tools?: readonly object[] | undefined
  /** Variables of the template itself, e.g. `{ enable_thinking: false }`. */
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined
}

/** Renders a conversation to the text that the model was trained on. */
export type ChatTemplate = (messages: readonly ChatMessage[], options?: ChatTemplateOptions) => string

/** What a template is compiled with. */
export interface ChatTemplateContext {
  /** Where the template comes from, for messages. */
  readonly source: string
  /** `bos_token`, `eos_token`, ... by name. */
  readonly specialTokens: Readonly<Record<string, string>>
  /** The clock behind `strftime_now`. */
  readonly now: () => Date
}

/** Upper bound of `range()`, as in the sandbox that transformers renders templates in. */
const maxRange = 100_000

/** Variables that belong to the renderer, so that kwargs cannot replace them. */
const reserved = ['messages', 'tools', 'add_generation_prompt', 'namespace']

/** Thrown by a template's own `raise_exception`. */
class TemplateRefusal extends Error {}

/**
 * Compiles a Jinja chat template with the variables and functions that transformers gives it. Compiling throws
 * `bad-checkpoint`; rendering throws `bad-request` with the template's own words when it refuses the messages.
 */
export function compileChatTemplate(template: string, context: ChatTemplateContext): ChatTemplate {
  const program = parseTemplate(template, context.source)
  const globals = globalsOf(context)
  return (messages, { addGenerationPrompt = false, tools, kwargs = {} } = {}) => {
    const taken = Object.keys(kwargs).find((name) => reserved.includes(name) || Object.hasOwn(globals, name))
    if (taken !== undefined) {
      throw new EngineError(
        'bad-request',
        `chat template variable "${taken}" is set by the engine; leave it out of kwargs`,
      )
    }
    const variables = {
      documents: null,
      ...context.specialTokens,
      ...kwargs,
      ...globals,
      messages,
      tools: tools ?? null,
      add_generation_prompt: addGenerationPrompt,
    }
    try {
      const environment = new Environment()
      for (const [name, value] of Object.entries(variables)) environment.set(name, value)
      return String(new Interpreter(environment).run(program).value)
    } catch (error) {
      throw renderError(error, context.source)
    }
  }
}

function parseTemplate(template: string, source: string): ReturnType<typeof parse> {
  try {
    const program = parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }))
    usePythonStrip(program)
    return program
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `the chat template of "${source}" cannot be parsed (${reason})`
    throw new EngineError('bad-checkpoint', `${message}; correct it or download the checkpoint again`, { cause: error })
  }
}

function globalsOf(context: ChatTemplateContext): Record<string, unknown> {
  return {
    true: true,
    True: true,
    false: false,
    False: false,
    none: null,
    None: null,
    raise_exception: (message: unknown) => {
      throw new TemplateRefusal(String(message))
    },
    ...pythonStrip,
    range,
    strftime_now: (format: unknown) => strftime(context.now(), String(format)),
  }
}

function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second]
  const length = Math.ceil((stop - start) / step)
  if (!Number.isFinite(length)) throw new Error('range() takes whole numbers and a step other than 0')
  if (length > maxRange) throw new Error(`range() of ${length} numbers is longer than ${maxRange}`)
  return Array.from({ length: Math.max(0, length) }, (_, i) => start + i * step)
}

function renderError(error: unknown, source: string): EngineError {
  const reason = error instanceof Error ? error.message : String(error)
  const message =
    error instanceof TemplateRefusal
      ? `the chat template of "${source}" refused the messages: ${reason}`
      : `the chat template of "${source}" failed on the messages: ${reason}; check their roles and contents`
  return new EngineError('bad-request', message, { cause: error })
}
