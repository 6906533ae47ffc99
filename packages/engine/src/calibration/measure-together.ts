import { startWorker } from '../start-worker.js'
import { everyPiece, measurePasses, type PassesToMeasure, type PassSeconds } from './measure-passes.js'

/** What a measuring worker is given. */
export interface MeasureData {
  readonly request: Omit<PassesToMeasure, 'signal'>
}

/**
 * Measures as `measurePasses` does while as many replicas as a run has work side by side, since they share caches, memory and
 * sometimes cores; each piece's mean over them.
 */
export async function measureTogether(request: PassesToMeasure, replicas: number): Promise<PassSeconds> {
  if (replicas === 1) return await measurePasses(request)
  const measured = await Promise.all(Array.from({ length: replicas }, () => measureInWorker(request)))
  return everyPiece((piece) => measured.reduce((sum, seconds) => sum + seconds[piece], 0) / replicas)
}

function measureInWorker({ signal, ...request }: PassesToMeasure): Promise<PassSeconds> {
  signal.throwIfAborted()
  const worker = startWorker('calibration/measure-worker.js', { request } satisfies MeasureData)
  const stop = () => worker.postMessage('stop')
  signal.addEventListener('abort', stop, { once: true })
  return new Promise((resolve, reject) => {
    let result: PassSeconds | undefined
    let failure: unknown
    worker.once('message', (seconds: PassSeconds) => {
      result = seconds
    })
    worker.once('error', (error) => {
      failure = error
    })
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop)
      if (result !== undefined) resolve(result)
      else reject(signal.aborted ? signal.reason : failure)
    })
  })
}
