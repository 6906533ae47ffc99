import type { ComputeHost } from '../../../compute/host.js'

/** What a check has at hand. */
export interface CheckContext {
  readonly host: ComputeHost
  readonly home: string
  readonly signal: AbortSignal
  /** Told what goes on, since some checks take minutes. */
  readonly tell: (message: string) => void
}

/** One thing that must be true of a provider before a real run, with what it costs to find out. */
export interface ComputeCheck {
  readonly name: string
  /** What is known when it passes; the end of a sentence. */
  readonly proves: string
  /** Estimate, US dollars; 0 where nothing is started that is paid for. */
  readonly costUsd: number
  /** Returns the fact. Whatever it throws is a failure whose message says the next step. */
  readonly run: (context: CheckContext) => Promise<string>
}

/** How a check went; `skipped` says why it did not run. */
export type CheckOutcome =
  | { readonly state: 'passed'; readonly fact: string }
  | { readonly state: 'failed'; readonly fact: string }
  | { readonly state: 'skipped'; readonly fact: string }
