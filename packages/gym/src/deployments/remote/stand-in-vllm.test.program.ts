import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { serverEntry } from '../server-entry.js'

/*
 * Stands in for `vllm serve` where there is no GPU: reads its flags, serves the folder with the built-in engine behind
 * vLLM's paths, and counts in vLLM's metrics. STAND_IN_VLLM makes it fail: `crashes-at-start`, `lacks-memory`,
 * `never-ready`; a message that is nothing but `please crash` ends it later.
 */
const known = [
  'served-model-name',
  'host',
  'port',
  'tensor-parallel-size',
  'max-model-len',
  'generation-config',
  'enforce-eager',
]
const trait = process.env.STAND_IN_VLLM ?? ''
const [command, folder = '', ...rest] = process.argv.slice(2)
const flags = new Map(rest.map((arg) => [/^--([\w-]+)/.exec(arg)?.[1] ?? arg, arg.slice(arg.indexOf('=') + 1)]))
const unknown = [...flags.keys()].filter((flag) => !known.includes(flag))
if (command !== 'serve' || unknown.length > 0) fail(`vllm: error: unrecognized arguments: ${unknown.join(' ')}`, 2)
console.log(
  `INFO [api_server.py:1351] vLLM API server version 0.13.0, args: ${JSON.stringify(Object.fromEntries(flags))}`,
)
if (!existsSync(join(folder, 'config.json')))
  crash(`OSError: ${folder} does not appear to have a file named config.json`)
if (trait === 'crashes-at-start') crash('ValueError: the quantization method is not supported for the current GPU')
if (trait === 'lacks-memory') crash('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB')
if (trait === 'never-ready') await delay(2 ** 30)

const model = flags.get('served-model-name') ?? folder
const args = [serverEntry(), `--model-path=${folder}`, `--served-model-name=${model}`, '--port=0', '--threads=1']
// It ends when this program does: its stdin is a pipe to here.
const engine = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
const [line] = (await once(createInterface({ input: engine.stdout }), 'line')) as [string]
const { url = '' } = JSON.parse(line) as { url?: string }
const enginePort = new URL(url).port
let running = 0
let finished = 0

createServer((incoming, outgoing) => {
  if (incoming.url === '/health') return void outgoing.end()
  if (incoming.url === '/metrics') {
    const labels = `{engine="0",model_name="${model}"}`
    const counted = `vllm:request_success_total{engine="0",finished_reason="stop",model_name="${model}"} ${finished}.0`
    return void outgoing.end(
      `# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running${labels} ${running}.0\n${counted}\n`,
    )
  }
  void forward(incoming, outgoing)
}).listen(Number(flags.get('port')), '127.0.0.1')

async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let text = ''
  for await (const piece of incoming) text += piece
  if (text.includes('"please crash"')) crash('RuntimeError: CUDA error: an illegal memory access was encountered')
  // Ours does not know it: it is vLLM's own.
  const body = text.replace(/,?"ignore_eos":true/, '')
  const { 'content-length': _, host: __, ...headers } = incoming.headers
  if (body !== '') running += 1
  const options = { host: '127.0.0.1', port: enginePort, path: incoming.url, method: incoming.method, headers }
  const forwarded = request(options, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  outgoing.once('close', () => {
    forwarded.destroy()
    if (body === '') return
    running -= 1
    finished += 1
  })
  forwarded.once('error', () => outgoing.destroy())
  forwarded.end(body)
}

function crash(error: string): never {
  return fail(`Traceback (most recent call last):\n  File "api_server.py", line 1, in <module>\n${error}`, 1)
}

function fail(message: string, code: number): never {
  console.error(message)
  process.exit(code)
}
