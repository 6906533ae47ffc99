import { GymError } from '../errors.js'

/** From where a server may be reached, and with what. */
export interface ServerAccess {
  /** Address to listen on. Default 127.0.0.1; any other than this machine's own needs `apiKey`. */
  readonly host?: string
  /** Must come with every request but GET /health, as `Authorization: Bearer <key>`. Default: none is asked for. */
  readonly apiKey?: string
}

/** The address that a server listens on when none is given. */
export const DEFAULT_HOST = '127.0.0.1'

/** Where a server process finds its API key: arguments can be read by every user of a machine. */
export const API_KEY_VARIABLE = 'TRAINING_GYM_API_KEY'

/** @throws GymError `api-key-missing` (config) when other machines could reach the server without a key. */
export function requireKeyBeyondLoopback({ host = DEFAULT_HOST, apiKey }: ServerAccess): void {
  if (apiKey !== undefined || isLoopbackAddress(host)) return
  const message = `host "${host}" can be reached from other machines, so it needs an API key; give apiKey (on the command line: --api-key), or leave host out`
  throw new GymError('config', 'api-key-missing', message)
}

/** Tells whether only this machine can reach an address. */
export function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
