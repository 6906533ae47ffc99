import { z } from 'zod'

/** What a provider's labels of a process keep for the host itself; Modal gives ten, each of one line. */
export interface ProcessMemo {
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Tells this start from another with the same name. */
  readonly nonce: string
  readonly hasReadiness: boolean
  readonly ports: readonly number[]
  /** Those of `ports` that are open to the internet. */
  readonly publicPorts: readonly number[]
}

const NAME = 'gym-name'
const MEMO = 'gym-memo'

const memoSchema = z
  .string()
  .regex(/^\d+\.[0-9a-f]+\.[01](\.p?\d+)*$/)
  .transform((text) => text.split('.'))

/** Adds the memo to the tags of the user. */
export function withMemo(tags: Readonly<Record<string, string>>, memo: ProcessMemo): Record<string, string> {
  const { name, createdAt, nonce, hasReadiness, ports, publicPorts } = memo
  const marked = ports.map((port) => (publicPorts.includes(port) ? `p${port}` : port))
  return { ...tags, [NAME]: name, [MEMO]: [createdAt, nonce, hasReadiness ? 1 : 0, ...marked].join('.') }
}

/** Returns the tag that all processes of a name have. */
export function nameTag(name: string): Readonly<Record<string, string>> {
  return { [NAME]: name }
}

/** Separates the memo from the tags of the user; null for a sandbox that the gym did not start. */
export function readMemo(
  tags: Readonly<Record<string, string>>,
): { readonly memo: ProcessMemo; readonly tags: Readonly<Record<string, string>> } | null {
  const { [NAME]: name, [MEMO]: text, ...rest } = tags
  const parsed = memoSchema.safeParse(text)
  if (name === undefined || !parsed.success) return null
  const [createdAt = '', nonce = '', hasReadiness, ...ports] = parsed.data
  const memo = {
    name,
    createdAt: Number(createdAt),
    nonce,
    hasReadiness: hasReadiness === '1',
    ports: ports.map((port) => Number(port.replace('p', ''))),
    publicPorts: ports.filter((port) => port.startsWith('p')).map((port) => Number(port.slice(1))),
  }
  return { memo, tags: rest }
}
