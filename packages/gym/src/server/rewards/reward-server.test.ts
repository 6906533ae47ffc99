import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ServeRewardOptions, serveReward } from './serve-reward.js'

/** A reward that does what the response tells it, in every way in which rewards go wrong. */
const hostile = `
export const reward = async ({ response, row, finishReason, messages }) => {
  switch (response) {
    case 'throw': throw new Error('boom')
    case 'hang': for (;;) {}
    case 'never': return new Promise(() => {})
    case 'hang later': await null; for (;;) {}
    case 'nan': return NaN
    case 'null': return null
    case 'text': return '-1'
    case 'nothing': return undefined
    case 'circle': { const circle = { score: 1 }; circle.self = circle; return circle }
    case 'huge': return { score: 2, blob: 'x'.repeat(3_000_000) }
    case 'exit': process.exit(0)
    case 'memory': { const held = []; for (;;) held.push(new Array(1e6).fill(held.length)) }
    case 'look': return { score: 1, row, finishReason, messages }
  }
  return response.length
}
`
const sync = hostile.replace('async ({', '({').replace("case 'hang later': await null; for (;;) {}", '')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-reward-test-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function serve(code: string, options: ServeRewardOptions = {}) {
  const log = join(folder, 'rewards.jsonl')
  const server = await serveReward({ code, name: 'hostile' }, { port: 0, timeLimitMs: 30_000, log, ...options })
  const post = async (body: unknown, path = '/score', headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${server.origin}${path}`, { method: 'POST', body: text, headers })
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (await response.json()) as Record<string, unknown>,
    }
  }
  const score = (response: string, label: unknown = 'A') => post({ prompt: 'Q', response, label })
  const logged = async () => {
    await server[Symbol.asyncDispose]()
    const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }
  return { server, post, score, logged, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('the reward server', () => {
  it('answers one sample a request with a finite score, in JSON', async () => {
    await using gym = await serve(hostile)
    expect(await gym.score('four')).toEqual({ status: 200, type: 'application/json', body: { score: 4 } })
  })

  it('gives the reward the row out of the label, without end-of-turn markers, and keeps the raw response', async () => {
    await using gym = await serve(hostile)
    const row = { index: 7, input: 'moon', output: 'x', columns: { a: 1 } }
    const label = { ...row, messages: [{ role: 'user', content: 'About moon.' }] }
    const { body } = await gym.score('look<|im_end|>\n<|endoftext|>', label)
    expect(body).toEqual({ score: 1, row, finishReason: 'stop', messages: label.messages })
    expect(await gym.score('look', label)).toMatchObject({ body: { finishReason: 'length' } })
    const [first, second] = await gym.logged()
    expect(first).toMatchObject({ row: 7, score: 1, response: 'look', rawResponse: 'look<|im_end|>\n<|endoftext|>' })
    expect(second).not.toHaveProperty('rawResponse')
  })

  it("takes another trainer's label for what it is", async () => {
    await using gym = await serve(hostile)
    expect((await gym.score('look', 'forty-two')).body.row).toMatchObject({ input: 'Q', output: 'forty-two' })
    expect((await gym.score('look', { answer: 4 })).body.row).toMatchObject({ columns: { answer: 4 } })
  })

  it.each([
    ['throw', 'reward "hostile" threw for row 0 ("Q"): boom'],
    ['nan', 'reward "hostile" returned NaN for row 0'],
    ['text', 'reward "hostile" returned "-1" for row 0'],
    ['nothing', 'returned undefined'],
    ['null', 'returned null for row 0 ("Q"); a trainer elsewhere cannot drop a sample'],
    ['circle', 'cannot be written as JSON'],
    ['hang', 'did not finish row 0 ("Q") within 0.3 s'],
    ['never', 'did not finish row 0 ("Q") within 0.3 s'],
    ['hang later', 'did not finish row 0 ("Q") within 0.3 s'],
    ['exit', 'reward "hostile" ended its thread for row 0 ("Q")'],
  ])('stops at the first fault by default, and says which: %s', async (response, sentence) => {
    await using gym = await serve(hostile, sentence.includes('within') ? { timeLimitMs: 300 } : {})
    const { status, body } = await gym.score(response)
    expect({ status, error: body.error }).toEqual({ status: 500, error: expect.stringContaining(sentence) })
    expect(await gym.server.failed).toContain(sentence)
    expect(await gym.logged()).toEqual([expect.objectContaining({ error: expect.stringContaining(sentence) })])
  })

  it('gives broken samples the floor until there are too many of them', async () => {
    await using gym = await serve(hostile, { onError: { score: -10, max: 2 } })
    for (const response of ['throw', 'nan']) {
      expect(await gym.score(response)).toMatchObject({ status: 200, body: { score: -10, error: expect.any(String) } })
    }
    expect(await gym.score('fine')).toMatchObject({ status: 200, body: { score: 4 } })
    expect((await gym.score('text')).status).toBe(500)
    expect(await gym.server.failed).toContain('returned "-1"')
  })

  it.each([
    ['synchronous', sync],
    ['asynchronous', hostile],
  ])('scores the neighbours of a hanging, an exiting and a hungry call all the same: %s', async (_, code) => {
    await using gym = await serve(code, { onError: { score: -10, max: 9 }, timeLimitMs: 2500 })
    const texts = ['a', 'hang', 'bb', 'exit', 'ccc']
    const answers = await Promise.all(texts.map((text) => gym.score(text)))
    expect(answers.map(({ body }) => body.score)).toEqual([1, -10, 2, -10, 3])
    const health: unknown = await (await fetch(`${gym.server.origin}/health`)).json()
    expect(health).toMatchObject({ ok: true, n: 5, errors: 2, inflight: 0 })
  })

  it('gives a sample that cannot be scored the score it was told to, and says so', async () => {
    await using gym = await serve(hostile, { unscorableScore: -3 })
    expect(await gym.score('null')).toMatchObject({ status: 200, body: { score: -3, unscorable: true } })
  })

  it('keeps the score and drops the details of a reward that returns megabytes', async () => {
    await using gym = await serve(hostile)
    const { body } = await gym.score('huge')
    expect(body).toEqual({ score: 2, detailsLeftOut: expect.stringContaining('characters') })
  })

  it('blames nobody for a request that it cannot read', async () => {
    await using gym = await serve(hostile)
    expect(await gym.post('{"response":')).toMatchObject({ status: 400, body: { error: expect.any(String) } })
    expect(await gym.post({ prompt: 'Q' })).toMatchObject({ status: 400 })
    expect(await gym.post({}, '/elsewhere')).toMatchObject({ status: 404 })
    expect(await gym.post({ response: 'x'.repeat(9_000_000) })).toMatchObject({ status: 413 })
    expect(await (await fetch(`${gym.server.origin}/health`)).json()).toMatchObject({ n: 0, errors: 0, inflight: 0 })
  })

  it('asks for its token in the header or the URL, and lets no web page in', async () => {
    await using gym = await serve(hostile, { token: 'secret' })
    const body = { prompt: 'Q', response: 'four', label: 1 }
    expect((await gym.post(body)).status).toBe(401)
    expect((await gym.post(body, '/score', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await gym.post(body, '/score', { authorization: 'Bearer secret' })).status).toBe(200)
    expect((await gym.post(body, '/score?token=secret')).status).toBe(200)
    const fromPage = await gym.post(body, '/score?token=secret', { origin: 'http://evil.example' })
    expect(fromPage).toMatchObject({ status: 403, body: { error: expect.stringContaining('not web pages') } })
  })

  it('hands its threads what they need and not the token', async () => {
    const nosy = `import { workerData } from 'node:worker_threads'
      export const reward = () => ({ score: 1, seesToken: JSON.stringify(workerData).includes('secret') })`
    await using gym = await serve(nosy, { token: 'secret' })
    const { body } = await gym.post({ prompt: 'Q', response: 'A', label: 1 }, '/score?token=secret')
    expect(body).toMatchObject({ score: 1, seesToken: false })
  })

  it('refuses an address that others reach when there is no token', async () => {
    await expect(serve(hostile, { host: '0.0.0.0' })).rejects.toThrow('give it a token, or listen on 127.0.0.1')
  })

  it('says why a module does not load', async () => {
    await expect(serve('throw new Error("no words.txt")')).rejects.toThrow('no words.txt')
    await expect(serve('export const x = 1')).rejects.toThrow('exports neither "reward" nor "episode"')
    await expect(serve('process.exit(3)')).rejects.toThrow('process.exit(3)')
  })

  it('stops when a promise that nobody awaited fails', async () => {
    await using gym = await serve(`
      export const reward = () => { setTimeout(() => { throw new Error('late') }, 20); return 1 }
    `)
    expect((await gym.score('x')).body).toEqual({ score: 1 })
    expect(await gym.server.failed).toContain('threw late, between calls: late; await every promise')
  })
})

const guess = `
export const episode = async ({ row, say }) => {
  let turn = await say()
  for (let tries = 1; tries < 4 && !turn.isLast; tries++) {
    if (turn.text === row.output) return { score: 1 / tries, tries }
    turn = await say({ role: 'user', content: 'No. Try again.' })
  }
  if (turn.text === 'throw') throw new Error('lost')
  if (turn.text === 'again') await say()
  return { score: 0, last: turn.text }
}
`

describe('an environment of several turns', () => {
  const begin = { prompt: 'Guess.', label: { index: 2, input: 'q', output: 'blue', columns: {}, messages: [] } }

  it('is played turn by turn until it is scored', async () => {
    await using gym = await serve(guess)
    const first = await gym.post(begin, '/episode')
    expect(first.body).toEqual({ episode: expect.any(String), done: false, messages: [] })
    const path = `/episode/${first.body.episode}`
    const second = await gym.post({ response: 'red<|im_end|>' }, path)
    expect(second.body).toMatchObject({ done: false, messages: [{ role: 'user', content: 'No. Try again.' }] })
    const third = await gym.post({ response: 'blue<|im_end|>' }, path)
    expect(third.body).toEqual({ episode: first.body.episode, done: true, score: 0.5, tries: 2 })
    expect((await gym.post({ response: 'blue' }, path)).status).toBe(404)
    const [line] = await gym.logged()
    expect(line).toMatchObject({ row: 2, score: 0.5, turns: [{ response: 'red' }, { response: 'blue' }] })
  })

  it('tells that a turn is the last when it was cut off or the trainer says so', async () => {
    await using gym = await serve(guess)
    for (const last of [{ finish_reason: 'length' }, { finish_reason: 'stop', is_last: true }]) {
      const { episode } = (await gym.post(begin, '/episode')).body
      const { body } = await gym.post({ response: 'gre', ...last }, `/episode/${episode}`)
      expect(body).toMatchObject({ done: true, score: 0, last: 'gre' })
    }
  })

  it.each([
    ['throw', 'lost'],
    ['again', 'say() after the last turn'],
  ])('that breaks is a broken reward: %s', async (response, sentence) => {
    await using gym = await serve(guess)
    const { episode } = (await gym.post(begin, '/episode')).body
    const { status } = await gym.post({ response, is_last: true }, `/episode/${episode}`)
    expect(status).toBe(500)
    expect(await gym.server.failed).toContain(sentence)
  })

  it('takes no messages before the first turn, which the row has', async () => {
    await using gym = await serve(`export const episode = async ({ say }) => {
      await say({ role: 'user', content: 'Hello.' })
      return 1
    }`)
    expect((await gym.post(begin, '/episode')).body.error).toContain('the first say() takes no messages')
  })

  it('gives the floor to episodes that were lost when another one broke their thread', async () => {
    await using gym = await serve(
      `export const episode = async ({ say }) => {
        const turn = await say()
        if (turn.text === 'exit') process.exit(1)
        return 1
      }`,
      { onError: { score: -10, max: 5 } },
    )
    const [lost, breaking] = [(await gym.post(begin, '/episode')).body, (await gym.post(begin, '/episode')).body]
    const answer = { done: true, score: -10, error: expect.stringContaining('ended its thread') }
    expect((await gym.post({ response: 'exit' }, `/episode/${breaking.episode}`)).body).toEqual(answer)
    const after = await gym.post({ response: 'fine' }, `/episode/${lost.episode}`)
    expect(after.body).toMatchObject({
      done: true,
      score: -10,
      error: expect.stringContaining('has ended with its thread'),
    })
    const again = (await gym.post(begin, '/episode')).body
    expect((await gym.post({ response: 'fine' }, `/episode/${again.episode}`)).body).toMatchObject({ score: 1 })
  })

  it('plays many episodes at a time without mixing them up, on several threads', async () => {
    await using gym = await serve(guess, { threads: 2 })
    const play = async (tries: number) => {
      let answer = (await gym.post(begin, '/episode')).body
      const path = `/episode/${answer.episode}`
      for (let turn = 1; !answer.done; turn++) {
        answer = (await gym.post({ response: turn === tries ? 'blue' : 'red', finish_reason: 'stop' }, path)).body
      }
      return answer.score
    }
    const scores = await Promise.all(Array.from({ length: 30 }, (_, at) => play((at % 3) + 1)))
    expect(scores).toEqual(Array.from({ length: 30 }, (_, at) => 1 / ((at % 3) + 1)))
  })
})
