import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveReward } from '../../server/rewards/serve-reward.js'
import { generateHook, generateHookFile } from './generate-hook.js'
import { slimePackage } from './stand-ins/slime-package.test.support.js'

/** What the hook takes from slime, with a tokenizer of characters in the format of Qwen. */
const slime: Readonly<Record<string, string>> = {
  ...slimePackage,
  'slime/rollout/sglang_rollout.py': `
import re
class Tokenizer:
    special = {"<|im_start|>": 1, "<|im_end|>": 2}
    def encode(self, text, add_special_tokens=False):
        parts = re.findall(r"<\\|im_start\\|>|<\\|im_end\\|>|.", text, re.S)
        return [self.special.get(part) or ord(part) for part in parts]
    def decode(self, ids, skip_special_tokens=False):
        names = {1: "<|im_start|>", 2: "<|im_end|>"}
        return "".join(names.get(i) or chr(i) for i in ids)
    def apply_chat_template(self, messages, tokenize=False, add_generation_prompt=False, enable_thinking=True):
        text = "".join(f"<|im_start|>{m['role']}\\n{m['content']}<|im_end|>\\n" for m in messages)
        tail = "<|im_start|>assistant\\n" + ("" if enable_thinking else "<think>\\n\\n</think>\\n\\n")
        return text + (tail if add_generation_prompt else "")
class GenerateState:
    def __init__(self, args):
        self.tokenizer = Tokenizer()
`,
  'main.py': `
import asyncio, json, sys
from types import SimpleNamespace
import gym_generate
from slime.utils.types import Sample
port, budget = int(sys.argv[1]), int(sys.argv[2])
args = SimpleNamespace(rm_url=sys.argv[3], sglang_router_ip="127.0.0.1", sglang_router_port=port, apply_chat_template_kwargs={"enable_thinking": False})
label = {"index": 0, "input": "q", "output": "blue", "columns": {}, "messages": []}
sample = Sample(prompt="<|im_start|>user\\nGuess.<|im_end|>\\n<|im_start|>assistant\\n", label=label)
asyncio.run(gym_generate.generate(args, sample, {"max_new_tokens": budget, "temperature": 1.0}))
print(json.dumps({**sample.__dict__, "status": sample.status.value}))
`,
}

const episode = `
export const episode = async ({ row, say }) => {
  let turn = await say()
  while (turn.text !== row.output && !turn.isLast) turn = await say({ role: 'user', content: 'No.' })
  return { score: turn.text === row.output ? 1 : 0, finish: turn.finishReason }
}
`

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('skipped: the generate hook needs python3 on this machine')

/** An SGLang that says the given words in turn, each token with a log-probability that tells which it is. */
async function sglang(words: readonly string[]) {
  const asked: { input_ids: number[]; sampling_params: { max_new_tokens: number } }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const body = JSON.parse(text)
      const word = words[asked.push(body) - 1] ?? ''
      const ids = [...[...word].map((letter) => letter.charCodeAt(0)), 2].slice(0, body.sampling_params.max_new_tokens)
      const type = ids.at(-1) === 2 ? 'stop' : 'length'
      const output_token_logprobs = ids.map((id, at) => [-(at + 1) / 10, id, null])
      response.end(JSON.stringify({ text: word, meta_info: { finish_reason: { type }, output_token_logprobs } }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { asked, port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close }
}

describe.skipIf(!hasPython)('the generate hook inside slime', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gym-hook-test-'))
    for (const [name, text] of Object.entries({ ...slime, [generateHookFile]: generateHook })) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await writeFile(join(folder, name), text)
    }
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  async function play(words: readonly string[], budget: number) {
    await using engine = await sglang(words)
    await using server = await serveReward({ code: episode, name: 'guess' }, { port: 0, token: 'word' })
    const rewardUrl = `${server.origin}/score?token=word`
    const child = spawn('python3', ['main.py', String(engine.port), String(budget), rewardUrl], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (part) => {
      text += part
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
    return { sample: JSON.parse(text), asked: engine.asked }
  }

  const prompt = '<|im_start|>user\nGuess.<|im_end|>\n<|im_start|>assistant\n'
  const feedback = '\n<|im_start|>user\nNo.<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n'
  const ids = (text: string) =>
    [...text.matchAll(/<\|im_start\|>|<\|im_end\|>|[\s\S]/g)].map(([part]) =>
      part === '<|im_start|>' ? 1 : part === '<|im_end|>' ? 2 : part.charCodeAt(0),
    )

  it('plays turn by turn, keeps the sampled ids and masks the answers of the environment', async () => {
    const { sample, asked } = await play(['red', 'blue'], 500)
    expect(sample).toMatchObject({ status: 'completed', reward: { done: true, score: 1, finish: 'stop' } })
    const response = `red<|im_end|>${feedback}blue<|im_end|>`
    expect(sample.response).toBe(response)
    expect(sample.tokens).toEqual(ids(prompt + response))
    expect(sample.response_length).toBe(ids(response).length)
    const masked = ids(feedback).length
    expect(sample.loss_mask).toEqual([1, 1, 1, 1, ...new Array(masked).fill(0), 1, 1, 1, 1, 1])
    expect(sample.rollout_log_probs.slice(0, 4)).toEqual([-0.1, -0.2, -0.3, -0.4])
    expect(sample.rollout_log_probs).toHaveLength(sample.response_length)
    expect(asked[1]?.input_ids).toEqual(ids(`${prompt}red<|im_end|>${feedback}`))
    expect(asked[1]?.sampling_params.max_new_tokens).toBe(500 - 4 - masked)
  })

  it('ends an episode whose tokens are used up, in the middle of a turn', async () => {
    const { sample } = await play(['crimson'], 3)
    expect(sample).toMatchObject({ status: 'truncated', response: 'cri', reward: { score: 0, finish: 'length' } })
    expect(sample.loss_mask).toEqual([1, 1, 1])
  })

  it('ends an episode when there is no room for the answer of the environment', async () => {
    const { sample } = await play(['red', 'blue'], 20)
    expect(sample).toMatchObject({ status: 'truncated', response: 'red<|im_end|>', reward: { score: 0 } })
    expect(sample.response_length).toBe(4)
  })
})
