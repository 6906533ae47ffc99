// Writes the engine's logits of a few prompts for check_transformers.py:
//   node bench/write-logits.mjs FOLDER FILE && python bench/check_transformers.py FOLDER --logits FILE
import { writeFileSync } from 'node:fs'
import { Engine } from '@training-gym/engine'

const [folder, file] = process.argv.slice(2)
if (folder === undefined || file === undefined) {
  process.stderr.write('usage: node bench/write-logits.mjs FOLDER FILE\n')
  process.exit(2)
}
const engine = await Engine.open({ modelPath: folder, isTrainable: true })
const prompts = []
for (const text of ['Write a haiku about rain.', 'What does "lantern" mean?', 'An old silent pond']) {
  const tokenIds = engine.tokenizer.hasChatTemplate
    ? engine.tokenizer.encodeChat([{ role: 'user', content: text }], { addGenerationPrompt: true })
    : engine.tokenizer.encode(text)
  const [flat] = await engine.logits([tokenIds])
  const { vocabSize } = engine.model
  const logits = tokenIds.map((_, t) => Array.from(flat.subarray(t * vocabSize, (t + 1) * vocabSize)))
  prompts.push({ tokenIds, logits })
}
writeFileSync(file, JSON.stringify({ prompts }))
await engine.close()
