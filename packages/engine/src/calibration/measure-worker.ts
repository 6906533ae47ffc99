import { parentPort, workerData } from 'node:worker_threads'
import { showNativeCalls } from '../graph/native-calls.js'
import type { WorkerData } from '../start-worker.js'
import { measurePasses } from './measure-passes.js'
import type { MeasureData } from './measure-together.js'

// The worker's entry: measures once and tells the seconds; any message stops it between two runs.
const port = parentPort
if (port === null) throw new Error('measure-worker runs in a worker thread only')
const { request, nativeCalls } = workerData as MeasureData & WorkerData
showNativeCalls(nativeCalls)
const stop = new AbortController()
port.once('message', () => stop.abort())
port.postMessage(await measurePasses({ ...request, signal: stop.signal }))
port.close()
