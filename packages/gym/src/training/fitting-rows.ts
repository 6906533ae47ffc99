import { setImmediate } from 'node:timers/promises'
import { type ChatTokenizer, EngineError, loadChatTokenizer, readModelConfig } from '@training-gym/engine'
import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { DatasetRow } from '../trip.js'
import { conversationOf } from './conversation.js'
import { asGymError } from './engine-failure.js'
import type { GrpoRecipe } from './grpo-recipe.js'
import { promptText } from './prompt-token-ids.js'
import type { SftRecipe } from './sft-recipe.js'

export interface RowsToFit {
  readonly rows: readonly DatasetRow[]
  readonly dataset: Dataset
  readonly recipe: GrpoRecipe | SftRecipe
  /** Folder of the weights that training starts from. */
  readonly modelPath: string
  /** Its tokenizer, where it is loaded already. */
  readonly tokenizer?: ChatTokenizer
  readonly signal: AbortSignal
}

export interface FittingRows {
  readonly rows: readonly DatasetRow[]
  /** How many rows were left out and why; null when none was. */
  readonly warning: string | null
  /** Of the model, as it was loaded to measure the rows: for the engine, that it need not load it again. */
  readonly tokenizer: ChatTokenizer
}

/** How long a row is: its text at once, its tokens when they are needed. */
interface Measured {
  readonly text: string
  countTokens(): number
}

/**
 * Leaves out the rows that the model has no positions for: those whose prompt and longest response, or for fine-tuning
 * whose whole conversation, take more. The engine would refuse them in the middle of the run.
 *
 * @throws GymError 'config' (`no-row-fits`) when no row is left, and for a row that the chat template refuses.
 */
export async function fittingRows(wanted: RowsToFit): Promise<FittingRows> {
  const { rows, dataset, recipe, signal } = wanted
  const { tokenizer, maxPositions } = await readModel(wanted)
  if (rows.length === 0) {
    throw new GymError('data', 'no-rows', `dataset "${dataset.name}" has no rows; it needs at least one`)
  }
  const room = recipe.kind === 'grpo' ? maxPositions - recipe.options.rolloutMaxResponseLen : maxPositions
  const fitting: DatasetRow[] = []
  let shortest = { row: -1, tokens: Number.POSITIVE_INFINITY }
  let longest = { row: -1, tokens: 0 }
  for (const [place, row] of rows.entries()) {
    // Many rows take seconds: Ctrl-C has to come through.
    if (place % 256 === 255) await setImmediate()
    if (signal.aborted) throw asGymError(signal.reason, signal)
    const tokens = tokensBeyond(room, row, () => measure(row, { tokenizer, dataset, recipe }))
    if (tokens === null) fitting.push(row)
    else {
      if (tokens < shortest.tokens) shortest = { row: row.index, tokens }
      if (tokens > longest.tokens) longest = { row: row.index, tokens }
    }
  }
  const left = rows.length - fitting.length
  if (left === 0) return { rows, warning: null, tokenizer }
  const limit = limitOf(recipe, maxPositions)
  if (fitting.length === 0) {
    const message = `no row of ${dataset.name} fits the model: ${limit}, and the shortest, row ${shortest.row}, has ${shortest.tokens}; ${remedy(recipe, maxPositions - shortest.tokens)}`
    throw new GymError('config', 'no-row-fits', message)
  }
  const warning = `${left} of ${rows.length} rows of ${dataset.name} are left out, too long for the model: ${limit}, and the longest, row ${longest.row}, has ${longest.tokens}; ${remedy(recipe, maxPositions - longest.tokens)}`
  return { rows: fitting, warning, tokenizer }
}

async function readModel({
  modelPath,
  tokenizer,
}: Pick<RowsToFit, 'modelPath' | 'tokenizer'>): Promise<{ tokenizer: ChatTokenizer; maxPositions: number }> {
  try {
    // First what it is: a model of another kind may have another kind of tokenizer too.
    const { maxPositions } = await readModelConfig(modelPath)
    return { maxPositions, tokenizer: tokenizer ?? (await loadChatTokenizer(modelPath)) }
  } catch (error) {
    throw asGymError(error)
  }
}

/** Counts the tokens of a row that has more of them than there is room for; null for one that fits. */
function tokensBeyond(room: number, row: DatasetRow, measured: () => Measured): number | null {
  try {
    const { text, countTokens } = measured()
    // No token is shorter than a byte, so a short text need not be encoded to know that it fits.
    if (Buffer.byteLength(text) <= room) return null
    const tokens = countTokens()
    return tokens <= room ? null : tokens
  } catch (error) {
    if (!EngineError.is(error)) throw error
    const { boundary, code, message } = asGymError(error)
    throw new GymError(boundary, code, `row ${row.index}: ${message}`, { cause: error })
  }
}

function measure(
  row: DatasetRow,
  { tokenizer, dataset, recipe }: Pick<RowsToFit, 'dataset' | 'recipe'> & { readonly tokenizer: ChatTokenizer },
): Measured {
  const kwargs = recipe.options.applyChatTemplateKwargs
  if (recipe.kind === 'grpo') {
    const rendering = { appliesChatTemplate: dataset.applyChatTemplate ?? true, chatTemplateKwargs: kwargs }
    const text = promptText(tokenizer, dataset.messages(row), rendering)
    return { text, countTokens: () => tokenizer.encode(text).length }
  }
  const messages = conversationOf(dataset, row)
  return {
    text: tokenizer.applyChatTemplate(messages, { kwargs }),
    countTokens: () => tokenizer.encodeConversation(messages, { kwargs }).tokenIds.length,
  }
}

function limitOf(recipe: RowsToFit['recipe'], maxPositions: number): string {
  if (recipe.kind === 'sft') return `a conversation may have ${maxPositions} tokens`
  const { rolloutMaxResponseLen } = recipe.options
  const room = Math.max(0, maxPositions - rolloutMaxResponseLen)
  return `with rolloutMaxResponseLen ${rolloutMaxResponseLen} its ${maxPositions} positions leave a prompt ${room} tokens`
}

/** What to do, given how many tokens a response could have beside the row in question. */
function remedy(recipe: RowsToFit['recipe'], responseRoom: number): string {
  if (recipe.kind === 'sft') return 'shorten the conversations, or take a model with more positions'
  return responseRoom < 1
    ? 'shorten the prompts, or take a model with more positions'
    : `set rolloutMaxResponseLen to ${responseRoom} or less, or shorten the prompts`
}
