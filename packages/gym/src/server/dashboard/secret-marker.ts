import { createHmac, randomBytes } from 'node:crypto'

/** Gives a secret a mark that is the same for the same secret and tells nothing else of it. */
export type MarkSecret = (secret: unknown) => string

/**
 * Makes marks by which two runs can be seen to have different secrets. They are keyed: without the key, which never leaves
 * the process, nobody can try whether a guess has the same mark. Default: a new random key.
 */
export function createSecretMarker(key: string | Buffer = randomBytes(32)): MarkSecret {
  return (secret) => createHmac('sha256', key).update(JSON.stringify(secret)).digest('hex').slice(0, 16)
}
