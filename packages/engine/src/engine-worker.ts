import { parentPort, workerData } from 'node:worker_threads'
import type { TokenEvent } from './engine-api.js'
import { EngineCore } from './engine-core.js'
import type { CallToken, EngineCall, FromWorker, ToWorker } from './engine-messages.js'
import { EngineError } from './errors.js'
import { forgetNativeCalls, showNativeCalls } from './graph/native-calls.js'
import type { WorkerData } from './start-worker.js'

// The worker's entry: answers calls of `Engine` with one EngineCore.
const port = parentPort
if (port === null) throw new Error('engine-worker runs in a worker thread only')
showNativeCalls((workerData as WorkerData).nativeCalls)

const aborts = new Map<number, AbortController>()
/** Tokens of the step under way. */
const drawn: CallToken[] = []
let core: EngineCore | null = null
const send = (message: FromWorker) => port.postMessage(message)

port.on('message', (messages: readonly ToWorker[]) => {
  for (const message of messages) {
    if (message.kind === 'abort') aborts.get(message.id)?.abort()
    else if (message.kind === 'close') end()
    else void answer(message.id, message.call)
  }
})

function end(): never {
  forgetNativeCalls()
  process.exit()
}

async function answer(id: number, call: EngineCall): Promise<void> {
  const abort = new AbortController()
  aborts.set(id, abort)
  try {
    send({ kind: 'result', id, value: await perform(id, call, abort.signal) })
  } catch (error) {
    const code = EngineError.is(error) ? error.code : 'internal'
    send({ kind: 'error', id, code, message: error instanceof Error ? error.message : String(error) })
  } finally {
    aborts.delete(id)
  }
}

async function perform(id: number, call: EngineCall, signal: AbortSignal): Promise<unknown> {
  if (call.method === 'open') {
    core = await EngineCore.open(call.options)
    return core.model
  }
  if (core === null) throw new EngineError('closed', 'the engine is not open')
  switch (call.method) {
    case 'generate': {
      const onToken = call.wantsTokens ? { onToken: (event: TokenEvent) => sendToken({ id, event }) } : {}
      return core.generate(call.request, { signal, ...onToken })
    }
    case 'load':
      return core.load
    case 'computeGradient':
      return core.computeGradient(call.request)
    case 'gradientNorm':
      return core.gradientNorm()
    case 'update':
      return core.update(call.optimizer, call.scale)
    case 'takeWeights':
      return core.takeWeights()
    case 'logprobs':
      return core.logprobs(call.groups, call.temperature, call.policy)
    case 'logits':
      return core.logits(call.sequences)
    case 'keepReference':
      return core.keepReference(call.folder)
    case 'saveCheckpoint':
      return core.saveCheckpoint(call.folder)
    case 'saveTrainingState':
      return core.saveTrainingState(call.file)
    case 'restore':
      return core.restore(call.folder, call.stateFile)
  }
}

/** Sends what a step draws for all calls in one message: one each would wake the other thread for every token. */
function sendToken(token: CallToken): void {
  if (drawn.push(token) === 1) queueMicrotask(() => send({ kind: 'tokens', tokens: drawn.splice(0) }))
}
