// Generation by llama.cpp: node bench/generators/llama-cpp.mjs PEERS_FOLDER MODEL.gguf THREADS MAX_BATCH CONTEXT
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { answerRounds } from './line-worker.mjs'

const [peers, modelPath, threads, sequences, contextSize] = process.argv.slice(2)
const require = createRequire(join(peers, 'package.json'))
const { getLlama } = await import(pathToFileURL(require.resolve('node-llama-cpp')).href)
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: Number(threads) })
const model = await llama.loadModel({ modelPath })
const context = await model.createContext({
  sequences: Number(sequences),
  contextSize: Number(contextSize),
  batchSize: 2048,
  threads: Number(threads),
})
await answerRounds(async (prompts, newTokens) => {
  const running = prompts.map((prompt) => ({ prompt, sequence: context.getSequence() }))
  const responses = await Promise.all(
    running.map(async ({ prompt, sequence }) => {
      const ids = []
      for await (const id of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
        ids.push(id)
        if (ids.length === newTokens) break
      }
      return ids
    }),
  )
  for (const { sequence } of running) await sequence.dispose()
  return responses
})
