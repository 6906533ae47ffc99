import { EngineError } from '@training-gym/engine'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ScriptedServer, serveScripted } from './scripted-engine.test.support.js'

let server: ScriptedServer
let now = 1_700_000_000_000

beforeEach(async () => {
  server = await serveScripted({ clock: () => now })
})
afterEach(() => server.stop(AbortSignal.abort()))

/** Reads GET /metrics as name (with labels) to value. */
async function metrics(): Promise<Map<string, number>> {
  const response = await fetch(`${server.origin}/metrics`)
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

describe('GET /metrics', () => {
  it('counts requests by route and status, and tokens', async () => {
    await server.chat()
    await server.post({ model: 'tiny' })
    await fetch(`${server.origin}/no/such/route`)
    const counted = await metrics()
    expect(counted.get('training_gym_requests_total{route="/v1/chat/completions",status="200"}')).toBe(1)
    expect(counted.get('training_gym_requests_total{route="/v1/chat/completions",status="400"}')).toBe(1)
    expect(counted.get('training_gym_requests_total{route="other",status="404"}')).toBe(1)
    expect(counted.get('training_gym_prompt_tokens_total')).toBe('{}user:hi>'.length)
    expect(counted.get('training_gym_completion_tokens_total')).toBe(9)
  })

  it('shows slots and queue while a request runs, and nothing left afterwards', async () => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    server.engine.beforeToken = () => gate
    const running = server.chat({ n: 3 })
    while (server.engine.running === 0) await new Promise(setImmediate)
    const busy = await metrics()
    expect(busy.get('training_gym_samples_in_flight')).toBe(3)
    expect(busy.get('training_gym_slots_in_use')).toBe(1)
    expect(busy.get('training_gym_slots')).toBe(8)
    open()
    await running
    expect((await metrics()).get('training_gym_samples_in_flight')).toBe(0)
  })

  it('puts the time to the first token of streamed requests into buckets', async () => {
    server.engine.beforeToken = async (index) => {
      if (index === 0) now += 300
    }
    for await (const _ of await server.stream());
    const counted = await metrics()
    const name = 'training_gym_time_to_first_token_seconds'
    expect(counted.get(`${name}_bucket{le="0.25"}`)).toBe(0)
    expect(counted.get(`${name}_bucket{le="0.5"}`)).toBe(1)
    expect(counted.get(`${name}_bucket{le="+Inf"}`)).toBe(1)
    expect(counted.get(`${name}_sum`)).toBe(0.3)
    expect(counted.get(`${name}_count`)).toBe(1)
  })
})

describe('an engine that dies', () => {
  it('makes /health 503 and lets the process know', async () => {
    server.engine.end(new EngineError('internal', 'the worker ended with code 9'))
    expect(await server.engineClosed).toMatchObject({ code: 'internal' })
    const health = await fetch(`${server.origin}/health`)
    expect([health.status, await health.json()]).toEqual([503, expect.objectContaining({ status: 'failed' })])
  })
})
