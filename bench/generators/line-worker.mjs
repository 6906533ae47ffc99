// Both ends of the talk between the bench and a system under test, which has a process of its own: one JSON line a round.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Answers rounds: `generate(prompts, newTokens)` returns the token ids of each prompt's response. */
export async function answerRounds(generate) {
  tell({ ready: true })
  for await (const line of createInterface({ input: process.stdin })) {
    const { prompts, newTokens } = JSON.parse(line)
    const before = process.cpuUsage()
    const started = performance.now()
    const responses = await generate(prompts, newTokens)
    const seconds = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(before)
    const tokens = responses.reduce((sum, ids) => sum + ids.length, 0)
    const peakBytes = process.resourceUsage().maxRSS * 1024
    tell({ tokens, seconds, cpuSeconds: (user + system) / 1e6, peakBytes })
  }
  process.exit(0)
}

function tell(value) {
  // Libraries print on stdout too; the mark tells our lines from theirs.
  process.stdout.write(`\n@bench ${JSON.stringify(value)}\n`)
}

/** Starts a system's process. Throws the last line of its stderr when it ends before it is ready. */
export async function startWorker(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const errors = []
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
  const waiting = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('@bench ')) waiting.shift()?.resolve(JSON.parse(line.slice(7)))
  })
  const next = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.once('error', (error) => errors.push(error.message))
  void exited.then((code) => {
    const why = errors.filter((line) => line.trim() !== '').at(-1) ?? `it ended with code ${code}`
    for (const { reject } of waiting.splice(0)) reject(new Error(why))
  })
  await next()
  return {
    pid: child.pid,
    round(prompts, newTokens) {
      child.stdin.write(`${JSON.stringify({ prompts, newTokens })}\n`)
      return next()
    },
    async stop() {
      child.stdin.end()
      await exited
    },
  }
}
