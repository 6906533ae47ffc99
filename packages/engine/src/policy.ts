/** Whose log-probabilities are asked for: the current weights, or those kept by `keepReference`. */
export type Policy = 'current' | 'reference'
