import type { GenerateOptions, Generation, ModelDeployment } from '../deployments/model-deployment.js'
import { GymError } from '../errors.js'
import { seededRandom } from '../random/seeded-random.js'
import type { Message } from '../trip.js'

/** What the tests of evaluations talk to in place of a server: it answers from the seed, and honours `n` and the signal. */
export class StandInDeployment implements ModelDeployment {
  readonly deploymentId = 'dep-20261126-055012-k3f9'
  readonly url = 'http://127.0.0.1:9/v1'
  readonly modelPath = null
  readonly requests: { readonly messages: readonly Message[]; readonly options: GenerateOptions }[] = []
  active = 0
  mostActive = 0

  constructor(
    readonly respond: (prompt: string, random: number, options: GenerateOptions) => string | Promise<string>,
    readonly appName = 'stand-in',
    readonly servedModelName = 'tiny-poet',
    /** Choices it gives at most to one request, as servers that ignore `n` do. */
    readonly choicesAtMost = Number.POSITIVE_INFINITY,
  ) {}

  async generate(promptOrMessages: string | readonly Message[], options: GenerateOptions = {}): Promise<Generation> {
    const messages =
      typeof promptOrMessages === 'string' ? [{ role: 'user', content: promptOrMessages } as const] : promptOrMessages
    this.requests.push({ messages, options })
    this.active += 1
    this.mostActive = Math.max(this.mostActive, this.active)
    try {
      const random = seededRandom(options.seed ?? 0)
      const choices = []
      for (let i = 0; i < Math.min(options.n ?? 1, this.choicesAtMost); i += 1) {
        await new Promise((resolve) => setImmediate(resolve))
        if (options.signal?.aborted) throw new GymError('interrupted', 'aborted', 'the generation was interrupted')
        const text = await this.respond(messages.at(-1)?.content ?? '', random.next(), options)
        choices.push({ text, finishReason: 'stop' as const })
      }
      const first = choices[0] ?? { text: '', finishReason: 'stop' as const }
      return { ...first, choices, usage: { promptTokens: 5, completionTokens: 7 * choices.length } }
    } finally {
      this.active -= 1
    }
  }

  async waitUntilReady(): Promise<void> {}
  async stop(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}
