/** Upper bounds of the time to first token, seconds. */
const firstTokenBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** What the server is doing right now. */
export interface ServerLoad {
  /** Samples that the engine decodes at the moment, and how many it can. */
  readonly slotsInUse: number
  readonly slots: number
  /** Samples that wait for a slot. */
  readonly waiting: number
  /** Samples of requests that were let in and are not answered yet. */
  readonly inFlight: number
}

/** Counts what a server does, for GET /metrics in Prometheus' text format. */
export class ServerMetrics {
  readonly #requests = new Map<string, number>()
  #promptTokens = 0
  #completionTokens = 0
  readonly #firstTokens = new Array<number>(firstTokenBounds.length + 1).fill(0)
  #firstTokenSeconds = 0

  /** Counts an answered request; `route` is one of a fixed list, so that the number of series is bounded. */
  countRequest(route: string, status: number): void {
    const labels = `route="${route}",status="${status}"`
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1)
  }

  countTokens(prompt: number, completion: number): void {
    this.#promptTokens += prompt
    this.#completionTokens += completion
  }

  /** Counts how long a streamed request waited for its first token. */
  countFirstToken(seconds: number): void {
    const bucket = firstTokenBounds.findIndex((bound) => seconds <= bound)
    const at = bucket === -1 ? firstTokenBounds.length : bucket
    this.#firstTokens[at] = (this.#firstTokens[at] ?? 0) + 1
    this.#firstTokenSeconds += seconds
  }

  /** Writes everything in the text format, version 0.0.4. */
  render(load: ServerLoad): string {
    const name = 'training_gym_time_to_first_token_seconds'
    let below = 0
    const buckets = this.#firstTokens.map((count, i) => {
      below += count
      return `${name}_bucket{le="${firstTokenBounds[i] ?? '+Inf'}"} ${below}`
    })
    return [
      ...family('training_gym_requests_total', 'counter', 'Requests answered.', [...this.#requests]),
      ...family(
        'training_gym_prompt_tokens_total',
        'counter',
        'Prompt tokens of answered requests.',
        this.#promptTokens,
      ),
      ...family('training_gym_completion_tokens_total', 'counter', 'Tokens sampled.', this.#completionTokens),
      ...family('training_gym_samples_in_flight', 'gauge', 'Samples let in and not answered yet.', load.inFlight),
      ...family('training_gym_samples_waiting', 'gauge', 'Samples waiting for a slot.', load.waiting),
      ...family('training_gym_slots_in_use', 'gauge', 'Samples being decoded.', load.slotsInUse),
      ...family('training_gym_slots', 'gauge', 'Samples that can be decoded together.', load.slots),
      ...head(name, 'histogram', 'From the request to its first token, streamed requests.'),
      ...buckets,
      `${name}_sum ${this.#firstTokenSeconds}`,
      `${name}_count ${below}`,
      '',
    ].join('\n')
  }
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function family(name: string, type: string, help: string, values: number | (readonly [string, number])[]): string[] {
  const lines =
    typeof values === 'number' ? [`${name} ${values}`] : values.map(([l, value]) => `${name}{${l}} ${value}`)
  return [...head(name, type, help), ...lines]
}
