import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Engine } from '@training-gym/engine'
import type { Message } from '../../../trip.js'

export interface EngineServer extends AsyncDisposable {
  readonly port: number
  /** Address of the tokenizer. */
  readonly url: string
}

interface Request {
  readonly input_ids: readonly number[]
  readonly sampling_params: {
    readonly max_new_tokens: number
    readonly temperature: number
    readonly sampling_seed: number
  }
  readonly text: string
  readonly ids: readonly number[]
  readonly messages: readonly Message[]
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** Serves an engine as SGLang's router does (`/generate` with token ids and log-probabilities), and its tokenizer. */
export async function serveEngine(engine: Engine): Promise<EngineServer> {
  const { tokenizer } = engine
  const answer = async (path: string, asked: Request): Promise<unknown> => {
    switch (path) {
      case '/encode':
        return tokenizer.encode(asked.text)
      case '/decode':
        return tokenizer.decode([...asked.ids], { skipSpecialTokens: false })
      case '/template': {
        const ids = tokenizer.encodeChat(asked.messages, { addGenerationPrompt: true, kwargs: asked.kwargs })
        return tokenizer.decode(ids, { skipSpecialTokens: false })
      }
      case '/generate': {
        const { max_new_tokens: maxNewTokens, temperature, sampling_seed: seed } = asked.sampling_params
        const promptTokenIds = [...asked.input_ids]
        const sampling = { maxNewTokens, temperature }
        const [drawn] = await engine.generate({ promptTokenIds, seeds: [seed], sampling })
        if (drawn === undefined) throw new Error('nothing was generated')
        const output_token_logprobs = drawn.tokenIds.map((id, at) => [drawn.logprobs[at], id, null])
        return { text: '', meta_info: { finish_reason: { type: drawn.finishReason }, output_token_logprobs } }
      }
      default:
        throw new Error(`no such path: ${path}`)
    }
  }
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body))
    json(request)
      .then((asked) => answer(request.url ?? '', asked as Request))
      .then(
        (body) => reply(200, body),
        (error: unknown) => reply(500, { error: String(error) }),
      )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { port, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close }
}
