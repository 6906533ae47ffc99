import { Tokenizer } from '@huggingface/tokenizers'
import { EngineError } from '../errors.js'
import { byteAlphabet, bytesOfToken } from './byte-alphabet.js'
import { isJsonObject, type JsonObject } from './read-json-object.js'
import { byteLevelDecoder, pieceDecoder, type TokenDecoder } from './token-decoder.js'

/** The tokens of a tokenizer.json and the two ways between them and text. */
export interface Vocabulary {
  /** One above the largest id. */
  readonly size: number
  /** Added tokens by id, and whether tokenizer.json flags them as special. */
  readonly addedTokens: ReadonlyMap<number, { readonly content: string; readonly special: boolean }>
  /** Encodes text; tokens written in it are recognised, none is added. */
  encode(text: string): number[]
  idOf(token: string): number | undefined
  textOf(id: number): string | undefined
  /** Bytes of one token, null for an unknown id. */
  bytesOf(id: number): Uint8Array | null
  /** Returns a decoder that gives no text for these ids. */
  decoderWithout(ids: ReadonlySet<number>): TokenDecoder
}

/** Upper bound of ids: a damaged file must not make an array of a thousand million places. */
const maxTokens = 2 ** 24

const sentencePieceDecoders = ['Sequence', 'Replace', 'ByteFallback', 'Fuse', 'Strip', 'Metaspace']

/**
 * Builds the vocabulary from a parsed tokenizer.json. Throws `bad-checkpoint` when it is damaged, `unsupported-model`
 * for anything but BPE with a byte-level or SentencePiece-style decoder.
 */
export function createVocabulary(file: string, json: JsonObject, config: JsonObject): Vocabulary {
  const size = checkedSize(file, json)
  const isByteLevel = usesByteLevel(file, json.decoder)
  let tokenizer: Tokenizer
  try {
    tokenizer = new Tokenizer({ ...json, added_tokens: json.added_tokens ?? [] }, config)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new EngineError('bad-checkpoint', `"${file}" is not a usable tokenizer (${reason}); download it again`, {
      cause: error,
    })
  }
  const addedTokens = tokenizer.get_added_tokens_decoder()
  const textOf = (id: number) => tokenizer.id_to_token(id)
  const bytesOf = bytesById(textOf, addedTokens, isByteLevel)
  const decodePieces = (ids: number[]) => tokenizer.decode(ids, { clean_up_tokenization_spaces: false })
  return {
    size,
    addedTokens,
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    idOf: (token) => tokenizer.token_to_id(token),
    textOf,
    bytesOf,
    decoderWithout: (ids) =>
      isByteLevel
        ? byteLevelDecoder((id) => (ids.has(id) ? null : bytesOf(id)))
        : pieceDecoder(decodePieces, (id) => (ids.has(id) ? null : (textOf(id) ?? null))),
  }
}

function bytesById(
  textOf: (id: number) => string | undefined,
  addedTokens: ReadonlyMap<number, unknown>,
  isByteLevel: boolean,
): Vocabulary['bytesOf'] {
  const alphabet = byteAlphabet()
  const encoder = new TextEncoder()
  const compute = (id: number) => {
    const text = textOf(id)
    if (text === undefined) return null
    if (addedTokens.has(id)) return encoder.encode(text)
    if (isByteLevel) return bytesOfToken(alphabet, text)
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(text)?.[1]
    return byte === undefined ? encoder.encode(text.replaceAll('▁', ' ')) : Uint8Array.of(Number.parseInt(byte, 16))
  }
  const known = new Map<number, Uint8Array | null>()
  return (id) => {
    const found = known.get(id)
    if (found !== undefined) return found
    const bytes = compute(id)
    // Unknown ids are not kept, so that the table is bounded by the vocabulary.
    if (bytes) known.set(id, bytes)
    return bytes
  }
}

function checkedSize(file: string, json: JsonObject): number {
  const { model } = json
  const type = isJsonObject(model) ? model.type : undefined
  if (type !== undefined && type !== 'BPE') {
    const message = `"${file}" is a tokenizer of type ${JSON.stringify(type)}`
    throw new EngineError('unsupported-model', `${message}; the built-in engine reads BPE tokenizers`)
  }
  if (!isJsonObject(model) || !isJsonObject(model.vocab)) {
    throw new EngineError('bad-checkpoint', `"${file}" has no model.vocab; download it again`)
  }
  const added: unknown[] = Array.isArray(json.added_tokens) ? json.added_tokens : []
  let size = 0
  for (const [token, id] of [
    ...Object.entries(model.vocab),
    ...added.map((entry) => (isJsonObject(entry) ? [entry.content, entry.id] : [entry, undefined])),
  ]) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= maxTokens) {
      const shown = `${JSON.stringify(token)?.slice(0, 80)} the id ${JSON.stringify(id)?.slice(0, 40)}`
      throw new EngineError('bad-checkpoint', `"${file}" gives token ${shown}; download it again`)
    }
    size = Math.max(size, (id as number) + 1)
  }
  return size
}

function usesByteLevel(file: string, decoder: unknown): boolean {
  const types = decoderTypes(decoder)
  if (types.length > 0 && types.every((type) => type === 'ByteLevel' || type === 'Sequence')) {
    return types.includes('ByteLevel')
  }
  const odd = types.find((type) => !sentencePieceDecoders.includes(String(type)))
  if (types.length > 0 && odd === undefined) return false
  const message = `"${file}" decodes with ${JSON.stringify(odd ?? null)}`
  throw new EngineError(
    'unsupported-model',
    `${message}; the built-in engine reads byte-level and SentencePiece-style BPE`,
  )
}

function decoderTypes(decoder: unknown): unknown[] {
  if (!isJsonObject(decoder)) return []
  return [decoder.type, ...(Array.isArray(decoder.decoders) ? decoder.decoders.flatMap(decoderTypes) : [])]
}
