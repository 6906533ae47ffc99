import type { EvalRow } from '../../../gym/src/server/dashboard/eval-schemas.js'

/** A text as lists of the API carry it. */
export type ShownText = EvalRow['response']
