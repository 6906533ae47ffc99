import { type CommandSession, openSession } from '../command-session.js'
import type { JobFlags } from '../config/resolve-job.js'
import type { AddCommand, CommandOutcome } from '../create-program.js'
import type { EvalRunFlags } from '../evaluation/run-eval-job.js'
import { addJobOptions } from '../job-options.js'
import { parseCount, parseNumber, parseWholeNumber } from '../parse-argument.js'
import { withStore } from '../with-store.js'

interface EvalCommandOptions extends JobFlags, EvalRunFlags {
  readonly requireMean?: number
  readonly against?: string
  readonly requireBetter?: boolean
  readonly junit?: string
  readonly samples: number
}

/** Adds `eval`: scores a model, a checkpoint or a running deployment. */
export const addEvalCommand: AddCommand = (program, world, outcome) => {
  const command = program
    .command('eval')
    .description('evaluate a model: mean score with its interval, and what it is made of')
  addJobOptions(command)
    .option(
      '--url <url>',
      'evaluate what runs behind this OpenAI-compatible URL; --model then names which one to ask for',
    )
    .option(
      '--api-key <key>',
      'key to send to it (default, for deployments of the gym: the variable TRAINING_GYM_API_KEY)',
    )
    .option('--name <name>', 'name in lists and comparisons (default: that of the served model)')
    .option('--n-samples <n>', 'responses to each row (default: 1)', parseCount)
    .option('--pass-threshold <x>', 'a response with at least this score passes; gives pass@k', parseNumber)
    .option('--max-concurrency <n>', 'rows worked on at the same time (default: 16)', parseCount)
    .option('--temperature <x>', 'sampling temperature', parseNumber)
    .option('--max-tokens <n>', 'tokens of a response at most', parseCount)
    .option('--resume <eval>', 'continue an evaluation that broke off: only what is missing, or failed at the provider')
    .option('--require-mean <x>', 'exit 1 unless the lower end of the 95% interval reaches this', parseNumber)
    .option('--against <eval>', 'compare with this evaluation; exit 1 when shown to be worse')
    .option('--require-better', 'with --against: exit 1 unless shown to be better')
    .option('--junit <file>', 'write what passed and failed as JUnit XML')
    .option('--samples <n>', 'responses to show', parseWholeNumber, 3)
    .option('--json', 'print the result as JSON, rows included')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym eval --model tiny-poet --n-samples 4 --name base\n  training-gym eval --require-mean -2     # with a gym.config.ts\n  training-gym eval --against base --junit gates.xml',
    )
    .action(async (options: EvalCommandOptions, self) => {
      const session = openSession(self, world)
      const { junit } = options
      if (junit === undefined) return await evaluateAndJudge(options, session, outcome)
      const { requireWritable } = await import('../evaluation/write-output.js')
      const { writeJunitBegun, writeJunitError } = await import('../evaluation/write-junit.js')
      await requireWritable(junit, world.cwd)
      const target = { file: junit, cwd: world.cwd, name: options.name ?? 'evaluation' }
      await writeJunitBegun(target)
      try {
        await evaluateAndJudge(options, session, outcome)
      } catch (error) {
        // What went wrong first is what is told, even when this file cannot be written either.
        await writeJunitError(target, error).catch(() => undefined)
        throw error
      }
    })
}

async function evaluateAndJudge(
  options: EvalCommandOptions,
  session: CommandSession,
  outcome: CommandOutcome,
): Promise<void> {
  const { runEvalJob } = await import('../evaluation/run-eval-job.js')
  const { checksOf } = await import('../evaluation/checks.js')
  const { renderEvalReport } = await import('../../console/eval-report.js')
  const { columns: width, tableColumns: tableWidth, colors, world } = session
  const onBegun = (evalId: string) => {
    outcome.goOn = `training-gym eval --resume ${evalId}`
  }
  const run = await withStore(session, (store) => runEvalJob(options, session, store, onBegun))
  const { result, requireMean, gatesLeftOut, against } = run
  session.print(['', ...renderEvalReport(result, { width, colors, nSamples: options.samples })])

  const comparison = against && (await import('../../evals/compare-evals.js')).compareEvals(against, result)
  if (comparison !== undefined) {
    const { renderComparisonReport } = await import('../../console/comparison-report.js')
    session.print(['', ...renderComparisonReport([comparison], { width, tableWidth, colors })])
  }
  const checks = checksOf(result, {
    requireMean: options.requireMean ?? requireMean,
    comparison,
    requireBetter: options.requireBetter,
  })
  session.printJson({
    ...result,
    ...(comparison === undefined ? {} : { comparison }),
    checks,
    ...(gatesLeftOut.length === 0 ? {} : { gatesLeftOut }),
  })
  if (options.junit !== undefined) {
    const { writeJunit } = await import('../evaluation/write-junit.js')
    await writeJunit({ file: options.junit, cwd: world.cwd, name: result.name }, checks, result.seconds)
  }
  for (const { message } of checks.filter(({ passed }) => !passed)) {
    session.fail(message)
    outcome.exitCode = 1
  }
}
