import { z } from 'zod'
import { decimal, type Rational, rational } from './rational.js'

export interface AnswerOptions {
  /** Column with the right answer, or a list of right ones. Default: the row's `output`. */
  readonly column?: string | undefined
  /** Largest difference that still counts as equal. Default 0: exactly equal. */
  readonly absoluteTolerance?: number | undefined
  /** The same as a share of the right answer, added to the absolute one. Default 0. */
  readonly relativeTolerance?: number | undefined
}

/** The fields of a schema that checks AnswerOptions. */
export const answerSchema = {
  column: z.string().min(1).optional(),
  absoluteTolerance: z.number().min(0).max(1e300).default(0),
  relativeTolerance: z.number().min(0).max(1).default(0),
}

/** How far two numbers may be apart, as exact fractions. */
export interface Tolerance {
  readonly absolute: Rational
  readonly relative: Rational
}

/** Takes tolerances as they are written: 0.1 is one tenth, not the nearest binary fraction. */
export function tolerance(options: { absoluteTolerance: number; relativeTolerance: number }): Tolerance {
  const zero = rational(0n) ?? { numerator: 0n, denominator: 1n }
  return {
    absolute: decimal(String(options.absoluteTolerance)) ?? zero,
    relative: decimal(String(options.relativeTolerance)) ?? zero,
  }
}
