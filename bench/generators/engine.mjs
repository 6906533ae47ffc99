// Generation by the built-in engine: node bench/generators/engine.mjs FOLDER THREADS [int8|int4]
import { Engine } from '../../packages/engine/dist/index.js'
import { answerRounds } from './line-worker.mjs'

const [modelPath, threads, quantization] = process.argv.slice(2)
const engine = await Engine.open({ modelPath, threads: Number(threads), ...(quantization && { quantization }) })
await answerRounds(async (prompts, newTokens) => {
  const sampling = { temperature: 0, maxNewTokens: newTokens, stopTokenIds: [] }
  const drawn = await Promise.all(
    prompts.map((promptTokenIds) => engine.generate({ promptTokenIds, seeds: [1], sampling })),
  )
  return drawn.map(([sample]) => sample.tokenIds)
})
