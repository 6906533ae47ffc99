import { fileURLToPath } from 'node:url'
import { Engine } from '@training-gym/engine'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fuzzedRequests, wrongWith } from './request-fuzz.test.support.js'
import { type RunningServer, startServer } from './start-server.js'

const modelPath = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))

let server: RunningServer
const log: string[] = []
beforeAll(async () => {
  let ids = 0
  server = await startServer({
    port: 0,
    openEngine: () => Engine.open({ modelPath, threads: 1 }),
    servedModelName: 'tiny',
    clock: () => 0,
    drawSeed: () => 1,
    newId: () => String(++ids),
    log: (line) => log.push(line),
  })
})
afterAll(() => server.stop(AbortSignal.abort()))

it('answers whatever is sent with 2xx or 4xx and a valid body, and leaks no slot', async () => {
  const origin = server.url.replace('/v1', '')
  const statuses = new Map<number, number>()
  const property = fc.asyncProperty(fuzzedRequests(), async ({ method, path, headers, body }) => {
    const response = await fetch(`${origin}${path}`, { method, headers, body })
    const answer = await response.text()
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    const contentType = response.headers.get('content-type') ?? ''
    expect([wrongWith(response.status, contentType, answer), path, body]).toEqual([null, path, body])
  })
  await fc.assert(property, { numRuns: 300, seed: 11, endOnFailure: true })
  expect(log).toEqual([])
  // Enough of them must get through: a server that refuses everything would pass otherwise.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(40)
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  for (const gauge of ['samples_in_flight', 'samples_waiting', 'slots_in_use']) {
    expect(metrics).toContain(`training_gym_${gauge} 0\n`)
  }
})
