import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { APICallError, generateObject, generateText, jsonSchema, Output, streamText } from 'ai'
import { DeploymentConfig, EngineRecipe, GymError, type LocalModelDeployment, TinyPoet } from 'training-gym'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGym } from './create-gym.js'

const prompt = 'Write a haiku about rain.'

let home: string
let deployment: LocalModelDeployment
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ai-sdk-'))
  const recipe = new EngineRecipe({ threads: 1 })
  deployment = await new DeploymentConfig({ model: new TinyPoet(), recipe }).serve({ home })
})
afterAll(async () => {
  await deployment.stop()
  await rm(home, { recursive: true, force: true })
})

const poet = () => createGym({ baseURL: deployment.url })('tiny-poet')

describe('the AI SDK against a served model', () => {
  it('generates the text, finish reason and usage that the deployment itself gives for the seed', async () => {
    const own = await deployment.generate(prompt, { seed: 3, max_tokens: 40 })
    const result = await generateText({ model: poet(), prompt, seed: 3, maxOutputTokens: 40 })
    expect(result.text).toBe(own.text)
    expect(result.finishReason).toBe(own.finishReason)
    expect(result.usage).toMatchObject({
      inputTokens: own.usage.promptTokens,
      outputTokens: own.usage.completionTokens,
      totalTokens: own.usage.promptTokens + own.usage.completionTokens,
    })
    expect(result.warnings).toEqual([])
    const cut = await generateText({ model: poet(), prompt, seed: 3, maxOutputTokens: 2 })
    expect(cut).toMatchObject({ finishReason: 'length', usage: { outputTokens: 2 } })
  })

  it('sends system prompt and earlier turns, and honours stop sequences', async () => {
    const system = 'Write haiku.'
    const turns = [
      { role: 'user' as const, content: 'rain' },
      { role: 'assistant' as const, content: 'old pond' },
      { role: 'user' as const, content: 'frog' },
    ]
    const own = await deployment.generate([{ role: 'system', content: system }, ...turns], { seed: 5, stop: '\n' })
    const { text } = await generateText({ model: poet(), system, messages: turns, seed: 5, stopSequences: ['\n'] })
    expect(text).toBe(own.text)
    expect(text).not.toContain('\n')
  })

  it('takes the messages of an answer back as the turns of the next question', async () => {
    const asked = { role: 'user' as const, content: prompt }
    const first = await generateText({ model: poet(), messages: [asked], seed: 6, maxOutputTokens: 12 })
    const messages = [asked, ...first.response.messages, { role: 'user' as const, content: 'Again.' }]
    const { text } = await generateText({ model: poet(), messages, seed: 7 })
    const turns = [
      asked,
      { role: 'assistant' as const, content: first.text },
      { role: 'user' as const, content: 'Again.' },
    ]
    expect(text).toBe((await deployment.generate(turns, { seed: 7 })).text)
  })

  it('streams the same text in pieces, with usage at its end', async () => {
    const own = await deployment.generate(prompt, { seed: 4 })
    const stream = streamText({ model: poet(), prompt, seed: 4 })
    const pieces: string[] = []
    for await (const piece of stream.textStream) pieces.push(piece)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe(own.text)
    expect(await stream.finishReason).toBe(own.finishReason)
    expect(await stream.usage).toMatchObject({
      inputTokens: own.usage.promptTokens,
      outputTokens: own.usage.completionTokens,
    })
  })

  it('gives objects that follow a schema, however the model is named', async () => {
    const schema = jsonSchema<{ mood: 'sad' | 'happy'; n: number }>({
      type: 'object',
      properties: { mood: { enum: ['sad', 'happy'] }, n: { type: 'integer', minimum: 0, maximum: 9 } },
      required: ['mood', 'n'],
      additionalProperties: false,
    })
    const whole = { mood: expect.stringMatching(/^(sad|happy)$/), n: expect.any(Number) }
    for (const model of [poet(), createGym()(deployment), createGym({ home })('tiny-poet')]) {
      const asked = { model, prompt, seed: 3, maxOutputTokens: 80 }
      const { output, warnings } = await generateText({ ...asked, output: Output.object({ schema }) })
      expect([output, warnings]).toEqual([whole, []])
      expect((await generateObject({ ...asked, schema })).object).toEqual(whole)
    }
  })

  it('ends when it is aborted, before and in the middle of an answer, and the server goes on answering', async () => {
    const aborted = generateText({ model: poet(), prompt, abortSignal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })

    const controller = new AbortController()
    const { fullStream } = streamText({ model: poet(), prompt, seed: 4, abortSignal: controller.signal })
    const seen: string[] = []
    for await (const part of fullStream) {
      seen.push(part.type)
      if (part.type === 'text-delta') controller.abort()
    }
    expect(seen).toContain('text-delta')
    expect(seen.at(-1)).toBe('abort')
    expect(seen).not.toContain('finish')
    expect((await deployment.generate(prompt, { seed: 4 })).text).toMatch(/\w/)
  })

  it("passes on the server's own words when it refuses", async () => {
    const gym = createGym({ baseURL: deployment.url })
    const unknown = await generateText({ model: gym('big-poet'), prompt }).catch((error: unknown) => error)
    expect(APICallError.isInstance(unknown) && unknown.statusCode).toBe(404)
    expect(unknown).toMatchObject({ message: 'there is no model "big-poet" here; this server serves "tiny-poet"' })
    const hot = await generateText({ model: poet(), prompt, temperature: 9 }).catch((error: unknown) => error)
    expect(APICallError.isInstance(hot) && hot.statusCode).toBe(400)
    expect(String(hot)).toContain('temperature')

    const told: unknown[] = []
    const onError = ({ error }: { error: unknown }) => {
      told.push(error)
    }
    await streamText({ model: gym('big-poet'), prompt, onError }).consumeStream()
    expect(told).toMatchObject([{ message: expect.stringContaining('there is no model "big-poet" here') }])
  })
})

describe('createGym', () => {
  it('finds what runs by name, by deployment and by checkpoint', async () => {
    const gym = createGym({ home })
    const own = await deployment.generate(prompt, { seed: 6 })
    const checkpoint = { trainingRunId: 'run', rolloutId: 0, name: 'iter', path: deployment.modelPath, createdAt: 0 }
    const targets = ['tiny-poet', deployment.deploymentId, deployment, checkpoint]
    const models = targets.map((target) => gym(target))
    const texts = await Promise.all(models.map(async (model) => (await generateText({ model, prompt, seed: 6 })).text))
    expect(texts).toEqual(targets.map(() => own.text))
    const streamed = streamText({ model: gym(checkpoint), prompt, seed: 6 })
    expect(await streamed.text).toBe(own.text)
  })

  it('says how to serve what does not run', async () => {
    const asked = generateText({ model: createGym({ home })('qwen3-4b'), prompt })
    const error = await asked.catch((failure: unknown) => failure)
    expect(GymError.is(error) && error.code).toBe('not-served')
    expect(String(error)).toContain(
      'no running deployment serves "qwen3-4b" (what runs is tiny-poet); serve it: training-gym serve qwen3-4b',
    )
  })

  it('sends the key', async () => {
    const keys: unknown[] = []
    const noting: typeof fetch = (address, init) => {
      keys.push(new Headers(init?.headers).get('authorization'))
      return fetch(address, init)
    }
    const gym = createGym({ baseURL: deployment.url, apiKey: 'secret', fetch: noting })
    await generateText({ model: gym('tiny-poet'), prompt, maxOutputTokens: 1 })
    expect(keys).toEqual(['Bearer secret'])
  })

  it('runs the example of the README as it stands there', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', example], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, TRAINING_GYM_HOME: home },
    })
    const own = await deployment.generate(prompt, { seed: 3 })
    expect(stdout).toBe(`${own.text}\n${own.usage.completionTokens} tokens\n`)
  })
})
