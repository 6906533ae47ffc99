import type { EngineError } from '@training-gym/engine'
import { requireKeyBeyondLoopback } from '../deployments/server-access.js'
import { listen } from './listen.js'
import { createOpenAiApp, type OpenAiApp, type OpenAiAppOptions } from './openai-app.js'
import type { ServedEngine } from './served-engine.js'
import { createStartingApp } from './starting-app.js'

export interface StartServerOptions extends Omit<OpenAiAppOptions, 'engine'> {
  /** 0 takes any free port. */
  readonly port: number
  readonly openEngine: () => Promise<ServedEngine>
}

/** A server that answers. */
export interface RunningServer {
  /** Base URL for OpenAI clients, ending in `/v1`. */
  readonly url: string
  /** Lets nothing more in, finishes what is in flight or aborts it at the deadline, then closes port and engine. */
  stop(deadline: AbortSignal): Promise<void>
  /** Resolves when the engine has ended, with why: code 'closed' after `stop()`. */
  readonly engineClosed: Promise<EngineError>
}

/**
 * Opens the port, then the engine (GET /health says `starting` meanwhile), and answers.
 *
 * @throws GymError `api-key-missing`, `port-in-use`, and whatever `openEngine` throws, with the port closed again.
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  requireKeyBeyondLoopback(options)
  let app: Pick<OpenAiApp, 'fetch'> = createStartingApp(options.servedModelName, options)
  const listener = await listen(options.port, (request, env) => app.fetch(request, env), options.host)
  try {
    const engine = await options.openEngine()
    const ready = createOpenAiApp({ ...options, engine })
    app = ready
    return {
      url: `${listener.origin}/v1`,
      engineClosed: engine.closed,
      stop: async (deadline) => {
        await ready.gate.drain(deadline)
        await listener.close()
        await engine.close()
      },
    }
  } catch (error) {
    await listener.close()
    throw error
  }
}
