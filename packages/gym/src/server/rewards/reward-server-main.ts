// One program for both: the server, and the threads that it starts from this very file. So it can be bundled into one.
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { runRewardThread } from './reward-thread-main.js'
import { runRewardServer } from './run-reward-server.js'
import type { RewardThreadData } from './thread-messages.js'

if (isMainThread) await runRewardServer(process.argv.slice(2), new URL(import.meta.url), process.env)
else if (parentPort !== null) await runRewardThread(workerData as RewardThreadData, parentPort)
