import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Store } from '../../../store/store.js'
import { finiteJson } from '../finite-json.js'

/** What a receipt is called in its own file. */
const KIND = 'training-gym receipt'

/** The data of a receipt: sections of plain JSON, each with the sha256 of its canonical text, and one over all of them. */
export const receiptSchema = z.object({
  kind: z.literal(KIND),
  version: z.literal(1),
  title: z.string(),
  sections: z.array(z.object({ name: z.string(), sha256: z.string(), content: z.json() })).max(50),
  /** Of kind, version, title, and the names and sums of all sections in order. */
  sha256: z.string(),
})

export type Receipt = z.infer<typeof receiptSchema>

/** Where what a receipt holds is read. */
export interface ReceiptSource {
  readonly store: Store
  readonly home: string
  readonly clock: () => number
}

/** Seals sections into a receipt. Numbers that are not finite become null: JSON has none. */
export function sealReceipt(title: string, sections: Readonly<Record<string, unknown>>): Receipt {
  const sealed = Object.entries(sections).map(([name, content]) => {
    const plain = z.json().parse(JSON.parse(JSON.stringify(finiteJson(content))))
    return { name, sha256: sumOf(plain), content: plain }
  })
  const receipt = { kind: KIND, version: 1, title, sections: sealed } as const
  return { ...receipt, sha256: sumOfAll(receipt) }
}

/** Gives the sha256 (hex) of a value's canonical JSON: keys sorted, no spaces. */
export function sumOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

/** Gives the sum over a whole receipt, from the sums that its sections state. */
export function sumOfAll({ kind, version, title, sections }: Omit<Receipt, 'sha256'>): string {
  return sumOf({ kind, version, title, sections: sections.map(({ name, sha256 }) => [name, sha256]) })
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
