import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createColors } from '../../console/colors.js'
import type { Message } from '../../trip.js'
import type { Sampling } from './chat-command.js'
import { type ConverseOptions, converse } from './converse.js'
import type { Speaker } from './speaker.js'

interface Talk {
  readonly stdout: string
  readonly stderr: string
  readonly asked: readonly Asked[]
}

interface Asked {
  readonly name: string
  readonly messages: readonly Message[]
  readonly sampling: Sampling
}

function collect(): { stream: PassThrough & { isTTY?: boolean; columns?: number }; text: () => string } {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (part) => {
    text += part
  })
  return { stream, text: () => text }
}

interface TalkChange extends Partial<ConverseOptions> {
  /** What the only speaker, `one`, answers; by default, what it was asked about. */
  readonly answer?: () => AsyncIterable<string>
  /** Adds a second speaker, `two`, that answers this. */
  readonly secondAnswer?: () => AsyncIterable<string>
  /** Columns of the terminal that stdout is; left out, it is a pipe. */
  readonly columns?: number
}

async function talk(input: string, change: TalkChange = {}): Promise<Talk> {
  const { answer, secondAnswer, columns, ...rest } = change
  const stdout = collect()
  const stderr = collect()
  if (columns !== undefined) Object.assign(stdout.stream, { isTTY: true, columns })
  const asked: Asked[] = []
  const speaker = (name: string, told: (() => AsyncIterable<string>) | undefined): Speaker => ({
    name,
    async *answer(messages, sampling) {
      asked.push({ name, messages, sampling })
      if (told !== undefined) yield* told()
      else yield* ['about ', `${messages.at(-1)?.content}`]
    },
  })
  const one = speaker('one', answer)
  await converse({
    stdin: Readable.from([input]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    colors: createColors(false),
    systemPrompt: '',
    isJson: false,
    speakers: secondAnswer === undefined ? [one] : [one, speaker('two', secondAnswer)],
    sampling: {},
    drawSeed: () => 42,
    signal: new AbortController().signal,
    onInterrupt: () => {},
    ...rest,
  })
  return { stdout: stdout.text(), stderr: stderr.text(), asked }
}

const saying = (text: string) =>
  async function* () {
    yield text
  }
const failing = async function* (): AsyncGenerator<string> {
  yield 'a'
  throw new Error('server gone')
}

describe('conversation', () => {
  it('answers each piped line and keeps what was said before', async () => {
    const { stdout, stderr, asked } = await talk('moon\n\nfrog', { systemPrompt: 'be brief' })
    expect(stdout).toBe('about moon\nabout frog\n')
    expect(stderr).toBe('')
    expect(asked.at(-1)?.messages).toEqual([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'moon' },
      { role: 'assistant', content: 'about moon' },
      { role: 'user', content: 'frog' },
    ])
  })

  it('forgets at /reset and leaves at /exit', async () => {
    const { stdout, asked } = await talk('moon\n/reset\nfrog\n/exit\nnever\n')
    expect(stdout).toBe('about moon\nabout frog\n')
    expect(asked.at(-1)?.messages).toEqual([{ role: 'user', content: 'frog' }])
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
    expect((await talk('x\n', { answer, columns: 40 })).stdout).toBe('a\\e[2J\nb\n')
    expect((await talk('x\n', { answer })).stdout).toBe('a\u001b[2J\nb\n')
  })

  it('joins a character that came in two pieces before showing it', async () => {
    const halves = ['🌸'.slice(0, 1), '🌸'.slice(1)]
    const answer = async function* () {
      yield* halves
    }
    expect((await talk('x\n', { answer, columns: 40 })).stdout).toBe('🌸\n')
  })

  it('ends a piped talk at the first failure', async () => {
    await expect(talk('moon\nfrog\n', { answer: failing })).rejects.toThrow('server gone')
  })

  it('ends when it is aborted while waiting for a line', async () => {
    const controller = new AbortController()
    const talking = talk('', { stdin: new PassThrough(), signal: controller.signal })
    controller.abort(new Error('interrupted'))
    await expect(talking).rejects.toThrow('interrupted')
  })
})

describe('sampling', () => {
  it('is set by /seed and /temp for the answers that follow, and unset again', async () => {
    const { asked } = await talk('a\n/seed 7\n/temp 0.5\nb\n/seed\nc\n', { sampling: { seed: 1 } })
    expect(asked.map(({ sampling }) => sampling)).toEqual([
      { seed: 1 },
      { seed: 7, temperature: 0.5 },
      { seed: undefined, temperature: 0.5 },
    ])
  })

  it.each([
    ['/seed x', '/seed takes a whole number, e.g. /seed 7; got "x"'],
    ['/seed 1 2', '/seed takes a whole number, e.g. /seed 7; got "1 2"'],
    ['/temp hot', '/temp takes a number of at least 0, e.g. /temp 0.7; got "hot"'],
    ['/temp -1', 'got "-1"'],
  ])('refuses %s in a pipe', async (line, message) => {
    await expect(talk(`${line}\n`)).rejects.toThrow(message)
  })

  it('refuses a command that does not exist, and text after one that takes none, with the way on', async () => {
    const refused = {
      '/sead 3': 'there is no command /sead; did you mean /seed? to say it to the model: //sead 3',
      '/dance':
        'there is no command /dance; there are /seed, /temp, /reset, /help, /quit, /exit; to say it to the model: //dance',
      '/reset my password': '/reset takes nothing; got "my password"; to say it to the model: //reset my password',
    }
    for (const [line, message] of Object.entries(refused)) {
      await expect(talk(`${line}\n`)).rejects.toMatchObject({ code: 'bad-command', boundary: 'config', message })
    }
    const stdin = Object.assign(Readable.from(['/sead 3\nmoon\n']), { isTTY: true })
    const { stderr, asked } = await talk('', { stdin })
    expect(stderr).toContain('error: there is no command /sead')
    expect(asked.map(({ messages }) => messages.at(-1)?.content)).toEqual(['moon'])
  })

  it('says to the model what begins with a slash and is no command, and after a second slash what would be one', async () => {
    const { asked } = await talk('/etc/passwd is a file\n/2\n//reset my password\n//sead\n// a comment\n')
    expect(asked.map(({ messages }) => messages.at(-1)?.content)).toEqual([
      '/etc/passwd is a file',
      '/2',
      '/reset my password',
      '/sead',
      '// a comment',
    ])
  })
})

describe('two speakers', () => {
  it('answer one after the other in a pipe, each with its own conversation and the same seed', async () => {
    const { stdout, asked } = await talk('moon\nfrog\n', { secondAnswer: saying('no') })
    expect(stdout).toBe('one\nabout moon\ntwo\nno\none\nabout frog\ntwo\nno\n')
    expect(asked.map(({ name, sampling }) => [name, sampling.seed])).toEqual([
      ['one', 42],
      ['two', 42],
      ['one', 42],
      ['two', 42],
    ])
    expect(asked.at(-1)?.messages.map(({ content }) => content)).toEqual(['moon', 'no', 'frog'])
    const seeded = await talk('moon\n', { secondAnswer: saying('no'), sampling: { seed: 0 } })
    expect(seeded.asked.map(({ sampling }) => sampling.seed)).toEqual([0, 0])
  })

  it('stand beside each other on a wide terminal and below each other on a narrow one', async () => {
    const second = { answer: saying('old pond\nfrog\n'), secondAnswer: saying(`${'word '.repeat(9)}\u001b[2J`) }
    const wide = await talk('moon\n', { ...second, columns: 80 })
    expect(wide.stdout).toBe(
      [
        `one${' '.repeat(35)} │ two`,
        `old pond${' '.repeat(30)} │ ${'word '.repeat(7).trim()}`,
        `frog${' '.repeat(34)} │ word word \\e[2J`,
        'seed 42',
        '',
      ].join('\n'),
    )
    const narrow = await talk('moon\n', { ...second, columns: 79 })
    expect(narrow.stdout).toBe(`one\nold pond\nfrog\n\ntwo\n${'word '.repeat(9)}\\e[2J\n`)
  })

  it('become one JSON object a turn with --json', async () => {
    const { stdout } = await talk('moon\n', { secondAnswer: saying('no'), isJson: true })
    expect(JSON.parse(stdout)).toEqual({
      prompt: 'moon',
      seed: 42,
      responses: [
        { name: 'one', response: 'about moon' },
        { name: 'two', response: 'no' },
      ],
    })
  })

  it('forget together at /reset', async () => {
    const { asked } = await talk('moon\n/reset\nfrog\n', { secondAnswer: saying('no') })
    expect(asked.slice(2).map(({ messages }) => messages.length)).toEqual([1, 1])
  })

  it.each([80, 40])(
    'go on at a terminal of %i columns when one of them fails, which keeps no such turn',
    async (columns) => {
      const stdin = Object.assign(Readable.from(['moon\nfrog\n']), { isTTY: true })
      const { stdout, stderr, asked } = await talk('', { stdin, columns, secondAnswer: failing })
      expect(stdout).toContain('about moon')
      expect(stdout).toContain('about frog')
      expect(stderr).toContain('error: server gone')
      expect(asked.map(({ name, messages }) => [name, messages.length])).toEqual([
        ['one', 1],
        ['two', 1],
        ['one', 3],
        ['two', 1],
      ])
    },
  )

  it('end a piped talk at the failure of one', async () => {
    await expect(talk('moon\n', { secondAnswer: failing })).rejects.toThrow('server gone')
    await expect(talk('moon\n', { secondAnswer: failing, isJson: true })).rejects.toThrow('server gone')
  })
})
