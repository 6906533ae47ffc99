import type { ModelDeployment } from '../../deployments/model-deployment.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { Job, JobFlags } from '../config/resolve-job.js'
import type { AddCommand } from '../create-program.js'
import { addJobOptions } from '../job-options.js'
import { parseCount, parseNumber } from '../parse-argument.js'

interface EvalCommandOptions extends JobFlags {
  readonly url?: string
  readonly name?: string
  readonly nSamples?: number
  readonly maxConcurrency?: number
  readonly temperature?: number
  readonly maxTokens?: number
  readonly requireMean?: number
  readonly samples: number
}

/** Adds `eval`: scores a model, a checkpoint or a running deployment. */
export const addEvalCommand: AddCommand = (program, world, outcome) => {
  const command = program
    .command('eval')
    .description('evaluate a model: mean score with its interval, and what it is made of')
  addJobOptions(command)
    .option('--url <url>', 'evaluate what runs behind this OpenAI-compatible URL instead of serving the model')
    .option('--name <name>', 'name in lists and comparisons (default: that of the served model)')
    .option('--n-samples <n>', 'responses to each row (default: 1)', parseCount)
    .option('--max-concurrency <n>', 'rows worked on at the same time (default: 16)', parseCount)
    .option('--temperature <x>', 'sampling temperature', parseNumber)
    .option('--max-tokens <n>', 'tokens of a response at most', parseCount)
    .option('--require-mean <x>', 'exit 1 unless the lower end of the 95% interval reaches this', parseNumber)
    .option('--samples <n>', 'responses to show', parseCount, 3)
    .option('--json', 'print the result as JSON, rows included')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym eval --model tiny-poet --n-samples 4 --name base\n  training-gym eval --require-mean -2     # with a gym.config.ts',
    )
    .action(async (options: EvalCommandOptions, self) => {
      const session = openSession(self, world)
      const { resolveJob } = await import('../config/resolve-job.js')
      const { EvalConfig } = await import('../../evals/eval-config.js')
      const { renderEvalReport } = await import('../../console/eval-report.js')
      const job = await resolveJob(withUrl(options), world.cwd, 'eval')
      const evaluation = new EvalConfig({
        dataset: job.dataset,
        ...definedOnly({ reward: job.reward }),
        generateKwargs: generateKwargsOf(options, job),
      })
      const { home, signal, onProgress } = session
      await using deployment = await findDeployment(options, job, session)
      const result = await evaluation.evaluate(deployment, {
        home,
        signal,
        onProgress,
        ...definedOnly({
          name: options.name,
          seed: job.seed,
          nSamples: options.nSamples ?? job.eval?.nSamples,
          maxConcurrency: options.maxConcurrency ?? job.eval?.maxConcurrency,
        }),
      })
      const { columns: width, colors } = session
      session.print(['', ...renderEvalReport(result, { width, colors, nSamples: options.samples })])
      session.printJson(result)

      const required = options.requireMean ?? job.eval?.requireMean
      // Written so that an interval that is not a number fails too.
      if (required !== undefined && !(result.ci[0] >= required)) {
        session.fail(
          `the mean is not shown to be at least ${required}: the lower end of its interval is ${result.ci[0]}`,
        )
        outcome.exitCode = 1
      }
    })
}

async function findDeployment(
  options: EvalCommandOptions,
  job: Job,
  session: CommandSession,
): Promise<ModelDeployment> {
  const { home, signal, onProgress } = session
  if (options.url !== undefined) {
    const { connect } = await import('../../deployments/connect.js')
    return await connect({ url: options.url, signal })
  }
  const { DeploymentConfig } = await import('../../deployments/deployment-config.js')
  const { model, checkpoint, compute } = job
  return await new DeploymentConfig({ model, ...definedOnly({ checkpoint, compute }) }).serve({
    home,
    signal,
    onProgress,
  })
}

/** Behind a URL the model is whatever answers there; none need be named. */
function withUrl(options: EvalCommandOptions): JobFlags {
  return options.url === undefined ? options : { ...options, model: options.model ?? options.url }
}

function generateKwargsOf(options: EvalCommandOptions, job: Job) {
  return {
    ...job.eval?.generateKwargs,
    ...definedOnly({ temperature: options.temperature, max_tokens: options.maxTokens }),
  }
}

function definedOnly<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>
}
