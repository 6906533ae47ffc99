import { pathToFileURL } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { jobAnswerer, type RewardModule } from './answer-job.js'
import {
  Pulse,
  type RewardThreadData,
  steadyMs,
  type ThreadAnswer,
  type ThreadJob,
  type ThreadMessage,
} from './thread-messages.js'

/** How often a thread shows that it comes round, milliseconds. */
const BEAT_MS = 100
/** Answers are handed over together, but none waits longer than this for a slow neighbour, milliseconds. */
const HAND_OVER_MS = 5

/** Runs a reward thread: loads the user's module, then answers batches of jobs until the port closes. */
export async function runRewardThread(data: RewardThreadData, port: MessagePort): Promise<void> {
  const pulse = new Int32Array(data.pulse)
  const module = (await import(pathToFileURL(data.rewardFile).href)) as RewardModule
  const offers = (['reward', 'episode'] as const).filter((name) => typeof module[name] === 'function')
  const tell = (message: ThreadMessage) => port.postMessage(message)

  let answers: ThreadAnswer[] = []
  let isPlanned = false
  let oldestMs = 0
  const handOver = () => {
    isPlanned = false
    if (answers.length > 0) tell({ kind: 'answers', answers })
    answers = []
  }
  const answerJob = jobAnswerer(module, { ...data, pulse }, (answer) => {
    const now = performance.now()
    if (answers.length === 0) oldestMs = now
    answers.push(answer)
    if (now - oldestMs > HAND_OVER_MS) handOver()
    else if (!isPlanned) {
      isPlanned = true
      setImmediate(handOver)
    }
  })

  const beat = () => Atomics.store(pulse, Pulse.beat, steadyMs())
  beat()
  setInterval(beat, BEAT_MS)
  port.on('message', (jobs: readonly ThreadJob[]) => {
    for (const job of jobs) answerJob(job)
    beat()
  })
  tell({ kind: 'ready', offers })
}
