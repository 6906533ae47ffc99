import { GymError } from '../../../errors.js'
import { evalReceipt } from './eval-receipt.js'
import type { Receipt, ReceiptSource } from './receipt.js'
import { runReceipt } from './run-receipt.js'

/**
 * Makes the receipt of what a person means: one run, one evaluation, or two to four evaluations compared. Throws GymError
 * 'config' when it is none of these.
 */
export async function findReceipt(source: ReceiptSource, references: readonly string[]): Promise<Receipt> {
  const { store } = source
  const [only] = references
  if (references.length === 1 && only !== undefined) {
    const trainingRunId = await store.findRun(only).catch(unlessUnknown)
    const run = trainingRunId === undefined ? undefined : await store.runs.get(trainingRunId)
    if (run !== undefined) return await runReceipt(source, run)
    const evalId = await store.findEval(only).catch(unlessUnknown)
    if (evalId !== undefined) return await evalReceipt(source, [evalId])
    const message = `there is no run and no evaluation "${only}"; see: training-gym runs, training-gym evals`
    throw new GymError('config', 'no-such-record', message)
  }
  const evalIds = []
  for (const reference of references) evalIds.push(await store.findEval(reference))
  if (new Set(evalIds).size !== evalIds.length || evalIds.length > 4) {
    const message = `a comparison takes 2 to 4 different evaluations, got ${references.join(', ')}`
    throw new GymError('config', 'bad-count', message)
  }
  return await evalReceipt(source, evalIds)
}

function unlessUnknown(error: unknown): undefined {
  if (GymError.is(error) && error.code === 'no-such-record') return undefined
  throw error
}
