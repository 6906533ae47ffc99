// Generation by transformers.js: node bench/generators/transformers-js.mjs PEERS_FOLDER FOLDER THREADS
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { answerRounds } from './line-worker.mjs'

const [peers, folder, threads] = process.argv.slice(2)
const require = createRequire(join(peers, 'package.json'))
const { AutoModelForCausalLM, Tensor, env } = await import(
  pathToFileURL(require.resolve('@huggingface/transformers')).href
)
env.allowRemoteModels = false
env.localModelPath = dirname(folder)
const model = await AutoModelForCausalLM.from_pretrained(basename(folder), {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads) },
})
const ids = (rows) => new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length])
await answerRounds(async (prompts, newTokens) => {
  const output = await model.generate({
    input_ids: ids(prompts),
    attention_mask: ids(prompts.map((prompt) => prompt.map(() => 1))),
    max_new_tokens: newTokens,
    min_new_tokens: newTokens,
    do_sample: false,
  })
  return output.tolist().map((row, i) => row.slice(prompts[i].length).map(Number))
})
