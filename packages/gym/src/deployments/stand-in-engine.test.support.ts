import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a stand-in engine does, given in the variable STAND_IN of its environment, several joined by commas. */
export type StandInTrait =
  /** Opens its port late and answers 503 for a while. */
  | 'slow'
  /** Never opens its port. */
  | 'never-ready'
  | 'crashes-at-start'
  | 'has-no-module'
  | 'lacks-memory'
  | 'ignores-sigterm'
  /** Starts a worker that ignores SIGTERM and does not end with it. */
  | 'has-worker'

const engine = `
const { createServer } = require('node:http')
const { spawn } = require('node:child_process')
const traits = (process.env.STAND_IN ?? '').split(',')
const args = process.argv.slice(2)
const flag = (name) => args.find((arg) => arg.startsWith('--' + name + '='))?.slice(name.length + 3)
console.log(JSON.stringify({ args, pid: process.pid }))
const crash = (line) => { console.error('Traceback (most recent call last):\\n' + line); process.exit(1) }
if (traits.includes('crashes-at-start')) crash('ValueError: the model has 12 heads')
if (traits.includes('has-no-module')) crash("ModuleNotFoundError: No module named 'sglang'")
if (traits.includes('lacks-memory')) crash('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB')
if (traits.includes('ignores-sigterm')) process.on('SIGTERM', () => console.log('not now'))
if (traits.includes('has-worker')) {
  const worker = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"])
  console.log(JSON.stringify({ worker: worker.pid }))
}
let looks = 0
const server = createServer((request, response) => {
  const send = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  if (request.url === '/health') {
    looks += 1
    return send(traits.includes('slow') && looks < 3 ? 503 : 200, '')
  }
  if (request.url === '/v1/models') return send(200, JSON.stringify({ data: [{ id: flag('served-model-name') }] }))
  let text = ''
  request.on('data', (part) => { text += part })
  request.on('end', () => {
    const { model, messages, stream } = JSON.parse(text)
    if (messages[0].content === 'crash') return crash('RuntimeError: CUDA error: an illegal memory access')
    const message = { role: 'assistant', content: model + ' heard ' + messages[0].content }
    if (stream) {
      const chunk = JSON.stringify({ choices: [{ index: 0, delta: message, finish_reason: 'stop' }] })
      return response.end('data: ' + chunk + '\\n\\ndata: [DONE]\\n\\n')
    }
    send(200, JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }))
  })
})
const open = () => server.listen(Number(flag('port')), flag('host'))
if (traits.includes('never-ready')) setInterval(() => {}, 1000)
else setTimeout(open, traits.includes('slow') ? 300 : 0)
`

/**
 * Writes programs that behave like vLLM, a Python with SGLang, and an nvidia-smi that lists `gpus` GPUs (null: none is
 * written) into a folder for PATH.
 */
export async function writeStandIns(folder: string, gpus: number | null = 1): Promise<string> {
  await mkdir(folder, { recursive: true })
  const write = (name: string, script: string) =>
    writeFile(join(folder, name), `#!${process.execPath}\n${script}`, { mode: 0o755 })
  await write('vllm', engine)
  await write('python3', engine)
  if (gpus !== null)
    await write('nvidia-smi', `for (let i = 0; i < ${gpus}; i++) console.log('GPU ' + i + ': stand-in')`)
  return folder
}
