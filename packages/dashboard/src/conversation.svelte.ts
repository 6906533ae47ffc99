import { post } from './api.js'
import { readChunks } from './read-chunks.js'
import type { Sampling } from './snippets.js'

/** One thing that was said. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly text: string
  /** Why an answer ended, e.g. `length`, or `broken-off` here; absent while it comes, and in questions. */
  readonly finishReason?: string
}

/** A conversation with one deployment. */
export interface Conversation {
  readonly turns: readonly Turn[]
  readonly isAnswering: boolean
  readonly error: string | null
  /** Asks, and shows the answer as it comes; false where none came, and the question can be asked again. */
  ask(question: string, system: string, sampling: Sampling): Promise<boolean>
  /** Breaks the answer off; what has come stays. */
  stop(): void
  clear(): void
}

/** Starts a conversation with a deployment, through the dashboard. */
export function conversationWith(deploymentId: string): Conversation {
  let turns = $state<Turn[]>([])
  let error = $state<string | null>(null)
  let controller = $state.raw<AbortController | null>(null)

  async function ask(question: string, system: string, sampling: Sampling) {
    const started = new AbortController()
    const { signal } = started
    controller = started
    const before = $state.snapshot(turns)
    error = null
    turns = [...before, { role: 'user', text: question }, { role: 'assistant', text: '' }]
    const at = turns.length - 1
    const messages = [
      ...(system === '' ? [] : [{ role: 'system', content: system }]),
      ...turns.slice(0, -1).map(({ role, text }) => ({ role, content: text })),
    ]
    const change = (changes: Partial<Turn>) => {
      const turn = turns[at]
      if (turn !== undefined) turns[at] = { ...turn, ...changes }
    }
    try {
      const path = `deployments/${encodeURIComponent(deploymentId)}/chat`
      const { body } = await post(path, { messages, ...sampling }, signal)
      if (body === null) throw new Error('the deployment answered nothing')
      for await (const part of readChunks(body)) {
        if (signal.aborted) return true
        change('text' in part ? { text: `${turns[at]?.text ?? ''}${part.text}` } : part)
      }
      return true
    } catch (cause) {
      if (signal.aborted) return true
      error = cause instanceof Error ? cause.message : String(cause)
      if (turns[at]?.text !== '') return true
      turns = before
      return false
    } finally {
      if (controller === started) controller = null
    }
  }
  return {
    get turns() {
      return turns
    },
    get isAnswering() {
      return controller !== null
    },
    get error() {
      return error
    },
    ask,
    stop: () => {
      if (controller === null) return
      controller.abort()
      controller = null
      const last = turns.at(-1)
      if (last !== undefined) turns[turns.length - 1] = { ...last, finishReason: 'broken-off' }
    },
    clear: () => {
      controller?.abort()
      controller = null
      turns = []
      error = null
    },
  }
}
