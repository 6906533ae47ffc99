import type { Dataset } from '../../datasets/dataset.js'
import { GymError } from '../../errors.js'
import { openSession, warnAlways } from '../command-session.js'
import { rewardNames } from '../config/named-parts.js'
import type { JobFlags } from '../config/resolve-job.js'
import type { AddCommand } from '../create-program.js'
import { parseWholeNumber } from '../parse-argument.js'
import { withStore } from '../with-store.js'

interface RescoreCommandOptions extends Pick<JobFlags, 'config' | 'dataset' | 'reward'> {
  readonly name?: string
  readonly changes: number
}

/** Adds `rescore`: the stored responses of an evaluation with another scorer, without generating. */
export const addRescoreCommand: AddCommand = (program, world, outcome) => {
  program
    .command('rescore')
    .description('score the responses of an evaluation anew, without generating; shows what changed')
    .argument('<eval>', 'id of an evaluation, part of it, its name, or latest')
    .option('-c, --config <file>', 'config file with the scorers (default: gym.config.ts, if there is one)')
    .option('-r, --reward <name>', `${rewardNames.join(', ')}; any other needs a config file`)
    .option('-d, --dataset <name>', 'the rows that were asked (default: as recorded)')
    .option('--name <name>', 'name of the new evaluation (default: that of the old one, with "rescored")')
    .option('--changes <n>', 'changed responses to show, the biggest changes first', parseWholeNumber, 5)
    .option('--json', 'print the new result and all changes as JSON')
    .addHelpText('after', '\nExample:\n  training-gym rescore base --config stricter.config.ts')
    .action(async (reference: string, options: RescoreCommandOptions, command) => {
      const session = openSession(command, world)
      const { rescoreEval } = await import('../../evals/rescore-eval.js')
      const { renderEvalReport } = await import('../../console/eval-report.js')
      const { renderRowChanges } = await import('../../console/row-changes.js')
      const { recordedJobOrInputs } = await import('../evaluation/recorded-job.js')
      const { gatesOfJob, rewardTimeLimitOf, scoringOfJob } = await import('../evaluation/scoring-of-job.js')
      const { result, changed } = await withStore(session, async (store) => {
        const record = await store.evals.get(await store.findEval(reference))
        if (record === undefined) throw new GymError('config', 'no-such-record', `no evaluation "${reference}"`)
        const job = await recordedJobOrInputs(record, options, world.cwd)
        if (job.dataset === undefined) {
          const message =
            'its dataset is not known here by name, so scorers see the input of each row only; --dataset or --config give it'
          session.onProgress({ kind: 'notice', message })
        }
        // A rescored evaluation is held to gates alone: `requireMean` is for what `eval` finds.
        const { gate, notice } = gatesOfJob({ ...job, eval: { ...job.eval, requireMean: undefined } }, options)
        if (notice !== null) warnAlways(session, notice)
        const scoreAnew = (dataset: Dataset | undefined) =>
          rescoreEval(store, record.evalId, {
            ...scoringOfJob(job, options),
            dataset,
            gate,
            passThreshold: job.eval?.passThreshold,
            rewardTimeLimitMs: rewardTimeLimitOf(job),
            name: options.name,
            signal: session.signal,
          })
        // A name does not say which columns or which template code gave the dataset of that name.
        const isByName = options.dataset === undefined && job.configFile === null
        return await scoreAnew(job.dataset).catch((error: unknown) => {
          if (!isByName || !isOtherDataset(error)) throw error
          const message = `${error.message}; a config file can, with dataset: new JsonlDataset({ ... }). Without one, scorers see the input of each row only`
          session.onProgress({ kind: 'notice', message, isWarning: true })
          return scoreAnew(undefined)
        })
      })
      const { columns: width, tableColumns, colors } = session
      session.print([
        ...renderEvalReport(result, { width, colors, nSamples: 0 }),
        '',
        ...renderRowChanges(changed, {
          total: result.rows.length,
          shown: options.changes,
          width: tableColumns,
          colors,
        }),
      ])
      session.printJson({ ...result, changed })
      for (const { sentence } of result.gates.filter(({ passed }) => !passed)) {
        session.fail(sentence)
        outcome.exitCode = 1
      }
    })
}

/** Tells whether the file of the recorded name was evaluated as another dataset than its name alone gives. */
function isOtherDataset(error: unknown): error is GymError {
  return GymError.is(error) && ['unknown-column', 'input-not-text', 'other-dataset'].includes(error.code)
}
