import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createColors } from '../../console/colors.js'
import type { Message } from '../../trip.js'
import { type ConverseOptions, converse } from './converse.js'

interface Talk {
  readonly stdout: string
  readonly stderr: string
  readonly asked: readonly (readonly Message[])[]
}

function collect(): { stream: PassThrough & { isTTY?: boolean }; text: () => string } {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (part) => {
    text += part
  })
  return { stream, text: () => text }
}

async function talk(input: string, change: Partial<ConverseOptions> & { isShown?: boolean } = {}): Promise<Talk> {
  const stdout = collect()
  const stderr = collect()
  if (change.isShown) stdout.stream.isTTY = true
  const asked: (readonly Message[])[] = []
  await converse({
    stdin: Readable.from([input]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    colors: createColors(false),
    systemPrompt: '',
    isJson: false,
    async *answer(messages) {
      asked.push(messages)
      yield 'about '
      yield `${messages.at(-1)?.content}`
    },
    signal: new AbortController().signal,
    onInterrupt: () => {},
    ...change,
  })
  return { stdout: stdout.text(), stderr: stderr.text(), asked }
}

describe('conversation', () => {
  it('answers each piped line and keeps what was said before', async () => {
    const { stdout, stderr, asked } = await talk('moon\n\nfrog', { systemPrompt: 'be brief' })
    expect(stdout).toBe('about moon\nabout frog\n')
    expect(stderr).toBe('')
    expect(asked.at(-1)).toEqual([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'moon' },
      { role: 'assistant', content: 'about moon' },
      { role: 'user', content: 'frog' },
    ])
  })

  it('forgets at /reset and leaves at /exit', async () => {
    const { stdout, asked } = await talk('moon\n/reset\nfrog\n/exit\nnever\n')
    expect(stdout).toBe('about moon\nabout frog\n')
    expect(asked.at(-1)).toEqual([{ role: 'user', content: 'frog' }])
  })

  it('writes one JSON object a turn with --json', async () => {
    const { stdout } = await talk('moon\nfrog\n', { isJson: true })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { prompt: 'moon', response: 'about moon' },
      { prompt: 'frog', response: 'about frog' },
    ])
  })

  it('shows terminal escapes at a terminal and passes them through to a pipe', async () => {
    const answer = async function* () {
      yield 'a\u001b[2J\nb'
    }
    expect((await talk('x\n', { answer, isShown: true })).stdout).toBe('a\\e[2J\nb\n')
    expect((await talk('x\n', { answer })).stdout).toBe('a\u001b[2J\nb\n')
  })

  it('joins a character that came in two pieces before showing it', async () => {
    const halves = ['🌸'.slice(0, 1), '🌸'.slice(1)]
    const answer = async function* () {
      yield* halves
    }
    expect((await talk('x\n', { answer, isShown: true })).stdout).toBe('🌸\n')
  })

  it('ends a piped talk at the first failure', async () => {
    const answer = async function* (): AsyncGenerator<string> {
      yield 'a'
      throw new Error('server gone')
    }
    await expect(talk('moon\nfrog\n', { answer })).rejects.toThrow('server gone')
  })

  it('ends when it is aborted while waiting for a line', async () => {
    const controller = new AbortController()
    const talking = talk('', { stdin: new PassThrough(), signal: controller.signal })
    controller.abort(new Error('interrupted'))
    await expect(talking).rejects.toThrow('interrupted')
  })
})
