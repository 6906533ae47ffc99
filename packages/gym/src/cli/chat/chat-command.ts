import { GymError } from '../../errors.js'
import { didYouMean } from '../../options/did-you-mean.js'

/** How the next answers are sampled; what is left out is the server's to decide. */
export interface Sampling {
  readonly seed?: number
  readonly temperature?: number
}

/** What a line at the prompt asks for, besides an answer. */
export type ChatCommand =
  | { readonly kind: 'quit' | 'reset' | 'help' }
  | { readonly kind: 'sampling'; readonly change: Sampling }

/** Names the commands for people. */
export const chatHelp =
  '/reset forgets the conversation, /seed N and /temp X set the sampling (alone: unset it), /quit (or Ctrl-D) leaves; //text says /text to the model'

const names = ['/seed', '/temp', '/reset', '/help', '/quit', '/exit'] as const

/** A slash and one word; a path has more slashes. */
const commandLike = /^\/[a-z][\w-]*(?=\s|$)/i

/**
 * Reads a line that is a command; null for what is meant for the model.
 *
 * @throws GymError `bad-command` (config) for a command that does not exist, or a value that cannot be one.
 */
export function parseChatCommand(line: string): ChatCommand | null {
  const [word] = commandLike.exec(line) ?? []
  if (word === undefined) return null
  const name = names.find((known) => known === word)
  const [, value, ...rest] = line.split(/\s+/)
  switch (name) {
    case '/seed':
    case '/temp':
      if (rest.length > 0) throw badValue(name, line.slice(name.length + 1))
      return { kind: 'sampling', change: name === '/seed' ? { seed: seedIn(value) } : { temperature: heatIn(value) } }
    case undefined:
      throw unknownCommand(word, line)
  }
  if (value !== undefined) {
    throw badCommand(`${name} takes nothing; got "${line.slice(name.length + 1)}"; to say it to the model: /${line}`)
  }
  switch (name) {
    case '/quit':
    case '/exit':
      return { kind: 'quit' }
    case '/reset':
      return { kind: 'reset' }
    case '/help':
      return { kind: 'help' }
  }
}

/** Gives what a line says to the model: a second slash before what would be a command is not part of it. */
export function saidToModel(line: string): string {
  return line.startsWith('//') && commandLike.test(line.slice(1)) ? line.slice(1) : line
}

function seedIn(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,15}$/.test(value)) throw badValue('/seed', value)
  return Number(value)
}

function heatIn(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const temperature = Number(value)
  if (!Number.isFinite(temperature) || temperature < 0) throw badValue('/temp', value)
  return temperature
}

function badValue(name: '/seed' | '/temp', value: string): GymError {
  const wanted = name === '/seed' ? 'a whole number, e.g. /seed 7' : 'a number of at least 0, e.g. /temp 0.7'
  return badCommand(`${name} takes ${wanted}; got "${value}"`)
}

function unknownCommand(word: string, line: string): GymError {
  const near = didYouMean(word, names)
  const next = near === undefined ? `there are ${names.join(', ')};` : `did you mean ${near}?`
  return badCommand(`there is no command ${word}; ${next} to say it to the model: /${line}`)
}

function badCommand(message: string): GymError {
  return new GymError('config', 'bad-command', message)
}
