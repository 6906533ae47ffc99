import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible'

/** What `gym()` takes: a served model's name, a deployment, or a checkpoint or other folder of weights. */
export type GymTarget =
  | string
  | { readonly url: string; readonly servedModelName: string; readonly apiKey?: string | undefined }
  | { readonly path: string; readonly name: string }

export interface GymOptions {
  /** URL of the server, ending in `/v1`. Left out, names are looked up among what runs on this machine. */
  readonly baseURL?: string | undefined
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined
  /** Folder of the gym's state, for look-ups. Default: TRAINING_GYM_HOME, else `.training-gym` of the working folder. */
  readonly home?: string | undefined
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** A language model of the AI SDK, of the version that the installed `@ai-sdk/openai-compatible` speaks. */
export type GymLanguageModel = ReturnType<OpenAICompatibleProvider['languageModel']>

export type GymProvider = (target: GymTarget) => GymLanguageModel

/**
 * Makes an AI SDK provider for models that training-gym serves. A checkpoint, or a name without `baseURL`, is looked up
 * at each request, so what serves it may start later; that takes the package `training-gym`.
 *
 * @example
 * const gym = createGym({ baseURL: 'http://127.0.0.1:8000/v1' })
 * const { text } = await generateText({ model: gym('tiny-poet'), prompt: 'Write a haiku about rain.' })
 */
export function createGym({ baseURL, apiKey, home, fetch = globalThis.fetch }: GymOptions = {}): GymProvider {
  const shared = { name: 'gym', apiKey, includeUsage: true, supportsStructuredOutputs: true, fetch }
  return (target) => {
    if (typeof target === 'object' && 'url' in target) {
      const key = target.apiKey ?? apiKey
      return createOpenAICompatible({ ...shared, apiKey: key, baseURL: target.url })(target.servedModelName)
    }
    const name = typeof target === 'string' ? target : target.path
    if (typeof target === 'string' && baseURL !== undefined) return createOpenAICompatible({ ...shared, baseURL })(name)

    // The model is made before it is known where it is served: the address stands in for it until the request is sent.
    const unknownURL = 'http://training-gym.invalid'
    const find: typeof globalThis.fetch = async (address, init) => {
      const { findDeployment } = await import('training-gym')
      const {
        url,
        servedModelName,
        apiKey: token,
      } = await findDeployment(name, { home, signal: init?.signal ?? undefined })
      const body = JSON.stringify({ ...JSON.parse(String(init?.body)), model: servedModelName })
      const headers = new Headers(init?.headers)
      if (token !== undefined) headers.set('Authorization', `Bearer ${token}`)
      return fetch(String(address).replace(unknownURL, url), { ...init, headers, body })
    }
    return createOpenAICompatible({ ...shared, baseURL: unknownURL, fetch: find })(name)
  }
}
