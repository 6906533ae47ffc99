import { StringDecoder } from 'node:string_decoder'
import { EngineError, type GenerateOptions, type GenerateRequest } from '@training-gym/engine'
import OpenAI from 'openai'
import type { OpenAiAppOptions } from './openai-app.js'
import type { ServedEngine } from './served-engine.js'
import { type RunningServer, startServer } from './start-server.js'

/** The end-of-turn token; ids below it are the bytes of UTF-8, so that every character beyond ASCII spans tokens. */
export const END = 256
export const CONTEXT = 200

/** An engine that says what it is told to, one byte a token: the answer of each sample comes from `say`. */
export class ScriptedEngine implements ServedEngine {
  readonly model = {
    architecture: 'scripted',
    parameters: 0,
    vocabSize: 257,
    maxPositions: CONTEXT,
    eosTokenIds: [END],
  }
  say: (prompt: string, seed: number) => string = () => 'old pond'
  /** Awaited before each token. */
  beforeToken: (index: number) => Promise<void> = () => new Promise(setImmediate)
  /** Lets the engine die. */
  end: (error: EngineError) => void = () => {}
  readonly closed = new Promise<EngineError>((resolve) => {
    this.end = resolve
  })
  readonly requests: GenerateRequest[] = []
  running = 0
  /** Whether the chat template writes tools. */
  hasTools = false

  readonly tokenizer: ServedEngine['tokenizer'] = {
    encode: (text) => [...Buffer.from(text)],
    decode: (ids) => Buffer.from(ids.filter((id) => id !== END)).toString('utf8'),
    tokenBytes: (id) => Buffer.of(id),
    streamDecoder: () => {
      const decoder = new StringDecoder('utf8')
      return { push: (id) => decoder.write(Buffer.of(id)), flush: () => decoder.end() }
    },
    encodeChat: (messages, { addGenerationPrompt, kwargs, tools }) => {
      if (messages[0]?.role === 'assistant') {
        throw new EngineError('bad-request', 'the conversation must start with the user')
      }
      const text = messages
        .map(({ role, content, tool_calls }) => `${role}:${content}${tool_calls ? JSON.stringify(tool_calls) : ''}`)
        .join('|')
      const shown = this.hasTools && tools ? `${tools.length} tools,` : ''
      return [...Buffer.from(`${JSON.stringify(kwargs)}${shown}${text}${addGenerationPrompt ? '>' : ''}`)]
    },
  }

  async generate(request: GenerateRequest, { signal, onToken }: GenerateOptions = {}) {
    this.requests.push(request)
    this.running++
    try {
      const prompt = Buffer.from(request.promptTokenIds).toString('utf8')
      const { maxNewTokens } = request.sampling
      const answers = request.seeds.map((seed) => [...Buffer.from(this.say(prompt, seed)), END].slice(0, maxNewTokens))
      for (let at = 0; at < maxNewTokens; at++) {
        await this.beforeToken(at)
        if (signal?.aborted) throw new EngineError('aborted', 'aborted')
        for (const [sampleIndex, ids] of answers.entries()) {
          const tokenId = ids[at]
          if (tokenId === undefined) continue
          const alternatives = [{ tokenId, logprob: -0.25 }].slice(0, request.sampling.topLogprobs)
          onToken?.({ sampleIndex, tokenId, logprob: -0.25, alternatives })
        }
      }
      return answers.map((tokenIds) => ({
        tokenIds,
        alternatives: tokenIds.map((tokenId) => [{ tokenId, logprob: -0.25 }].slice(0, request.sampling.topLogprobs)),
        logprobs: tokenIds.map(() => -0.25),
        entropy: 0,
        finishReason: tokenIds.at(-1) === END ? ('stop' as const) : ('length' as const),
      }))
    } finally {
      this.running--
    }
  }

  async load() {
    return { slotsInUse: this.running, slots: 8, waiting: 0 }
  }

  async close() {}
  async [Symbol.asyncDispose]() {}
}

/** A server over a scripted engine, with what tests say to it. */
export interface ScriptedServer extends RunningServer {
  readonly engine: ScriptedEngine
  /** URL without the `/v1`. */
  readonly origin: string
  readonly client: OpenAI
  readonly log: string[]
  chat(extra?: object): Promise<OpenAI.ChatCompletion>
  stream(extra?: object): Promise<AsyncIterable<OpenAI.ChatCompletionChunk>>
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
}

export const user = [{ role: 'user' as const, content: 'hi' }]

/** Serves a scripted engine as "tiny" on a free port. */
export async function serveScripted(options: Partial<OpenAiAppOptions> = {}): Promise<ScriptedServer> {
  const engine = new ScriptedEngine()
  const log: string[] = []
  let ids = 0
  const server = await startServer({
    port: 0,
    openEngine: async () => engine,
    servedModelName: 'tiny',
    clock: () => 1_700_000_000_000,
    drawSeed: () => 7,
    newId: () => String(++ids),
    log: (line) => log.push(line),
    ...options,
  })
  const client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 0 })
  const base = { model: 'tiny', messages: user }
  return {
    ...server,
    engine,
    origin: server.url.replace('/v1', ''),
    client,
    log,
    chat: (extra = {}) => client.chat.completions.create({ ...base, ...extra }),
    stream: (extra = {}) => client.chat.completions.create({ ...base, stream: true, ...extra }),
    post: (body, headers = {}) =>
      fetch(`${server.url}/chat/completions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  }
}
