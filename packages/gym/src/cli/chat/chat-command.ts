import { GymError } from '../../errors.js'

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
  '/reset forgets the conversation, /seed N and /temp X set the sampling (alone: unset it), /quit (or Ctrl-D) leaves'

/**
 * Reads a line that is a command; null for what is meant for the model.
 *
 * @throws GymError `bad-command` (config) for a value that cannot be one.
 */
export function parseChatCommand(line: string): ChatCommand | null {
  const [name, value, ...rest] = line.split(/\s+/)
  if (name === '/seed' || name === '/temp') {
    if (rest.length > 0) throw badValue(name, line.slice(name.length + 1))
    return { kind: 'sampling', change: name === '/seed' ? { seed: seedIn(value) } : { temperature: heatIn(value) } }
  }
  if (value !== undefined) return null
  if (name === '/quit' || name === '/exit') return { kind: 'quit' }
  if (name === '/reset') return { kind: 'reset' }
  return name === '/help' ? { kind: 'help' } : null
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
  return new GymError('config', 'bad-command', `${name} takes ${wanted}; got "${value}"`)
}
