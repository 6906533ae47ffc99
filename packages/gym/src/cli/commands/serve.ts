import { Option } from 'commander'
import type { Compute } from '../../compute/compute.js'
import { GymError } from '../../errors.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseCount, parsePort } from '../parse-argument.js'
import { parseSettings } from '../recipe-settings.js'
import { watchedProgress } from '../watch-line.js'

interface ServeCommandOptions {
  readonly port?: number
  readonly servedModelName?: string
  readonly engine?: keyof typeof engines
  readonly compute: 'local' | 'modal'
  readonly gpu?: string
  readonly idleSeconds?: number
  readonly set?: readonly string[]
  readonly threads?: number
  readonly quantization?: string
  readonly host?: string
  readonly apiKey?: string
  readonly detach?: boolean
}

/** Names of the engines for people, and the kinds of recipe they stand for. */
const engines = { 'built-in': 'engine', vllm: 'vllm', sglang: 'sglang' } as const

/** Adds `serve`: a model or checkpoint behind an OpenAI-compatible URL until Ctrl-C. */
export const addServeCommand: AddCommand = (program, world) => {
  program
    .command('serve')
    .description('serve a model or a checkpoint behind an OpenAI-compatible URL until Ctrl-C')
    .argument('<model>', 'name of a model, e.g. tiny-poet, or a folder of weights, e.g. a checkpoint')
    .option('-p, --port <n>', 'port; 0 takes any free one (default: 8000)', parsePort)
    .option('--served-model-name <name>', 'the name that clients give as "model" (default: that of the model)')
    .addOption(
      new Option('--engine <name>', 'what serves (default: the built-in engine; on Modal, vllm)').choices(
        Object.keys(engines),
      ),
    )
    .addOption(new Option('--compute <where>', 'where it runs').choices(['local', 'modal']).default('local'))
    .option('--gpu <kind:n>', 'on Modal: kind and number of GPUs, e.g. H100:2 (default: what the model needs)')
    .option('--idle-seconds <n>', 'on Modal: end after so long without a request (default: 600)', parseCount)
    .option('--set <name=value>', 'any option of the engine, e.g. maxModelLen=8192; may be repeated', collect)
    .option('--threads <n>', 'threads of the maths library (default: the number of cores)', parseCount)
    .addOption(
      new Option('--quantization <kind>', 'round the weights of the built-in engine: faster for few requests').choices([
        'int8',
        'int4',
      ]),
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1); others than this machine need a key')
    .option('--api-key <key>', 'key that clients must send (default: the variable TRAINING_GYM_API_KEY)')
    .option('--detach', 'return when it answers and leave it running; stop it with: deployments stop')
    .option('--json', 'print URL and names as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym serve tiny-poet --port 8000\n  training-gym serve qwen3-4b --engine vllm --set tensorParallelSize=2\n  training-gym serve qwen3-4b --compute modal --detach',
    )
    .action(async (model: string, options: ServeCommandOptions, command) => {
      const session = openSession(command, world)
      const { signal, home, colors } = session
      const { DeploymentConfig } = await import('../../deployments/deployment-config.js')
      const { local, modal } = await import('../../compute/compute.js')
      const { servingRecipe } = await import('../../deployments/serving-recipe.js')
      const settings = parseSettings(options.set ?? [])
      const isLocal = options.compute === 'local'
      const engine = options.engine ?? (isLocal ? 'built-in' : 'vllm')
      // The key of the environment is meant for the built-in engine; others listen on this machine only, or take tokens.
      const apiKey = options.apiKey ?? (engine === 'built-in' ? world.env.TRAINING_GYM_API_KEY : undefined)
      const { threads, quantization, host, gpu, idleSeconds, servedModelName: wantedName } = options
      const flags = definedOf({ threads, quantization, host, apiKey: apiKey || undefined })
      if (isLocal && gpu !== undefined) {
        throw new GymError('config', 'bad-options', '--gpu is for --compute modal; leave it out on this machine')
      }
      const isDetached = options.detach === true
      const deployment = await new DeploymentConfig<Compute>({
        model,
        isDetached,
        recipe: servingRecipe(engines[engine], { ...settings, ...flags }),
        compute: isLocal ? local() : modal(definedOf({ gpu })),
        ...definedOf({ port: options.port ?? (isLocal ? 8000 : undefined), idleSeconds, servedModelName: wantedName }),
      }).serve({ signal, home, onProgress: watchedProgress(session) })

      const { url, servedModelName, deploymentId, modelPath } = deployment
      const hasKey = isLocal && deployment.apiKey !== undefined
      const isKeyToBeSet = hasKey && deployment.apiKey !== world.env.TRAINING_GYM_API_KEY
      const variable = isLocal ? 'TRAINING_GYM_API_KEY' : 'TOKEN'
      const authorization = isLocal && !hasKey ? '' : `-H "authorization: Bearer $${variable}" `
      const request = { model: servedModelName, messages: [{ role: 'user', content: 'Write a haiku about rain.' }] }
      session.print([
        `${colors.bold('URL')}    ${url}`,
        `${colors.bold('model')}  ${servedModelName}`,
        ...(isLocal ? [] : [`${colors.bold('token')}  ${deployment.apiKey} (kept nowhere; chat gets its own)`]),
        ...(isKeyToBeSet
          ? [`${colors.bold('key')}    the one it was started with; put it into TRAINING_GYM_API_KEY first`]
          : []),
        '',
        'Try it:',
        `  curl ${url}/chat/completions ${authorization}-H 'content-type: application/json' -d '${JSON.stringify(request).replaceAll("'", "'\\''")}'`,
        `  training-gym chat ${deploymentId}`,
        '',
        isDetached ? `Stop it:  training-gym deployments stop ${deploymentId}` : 'Ctrl-C stops it.',
      ])
      session.printJson({
        url,
        servedModelName,
        deploymentId,
        modelPath,
        ...(isLocal ? {} : { token: deployment.apiKey }),
      })
      if (isDetached) return

      try {
        const end = await deployment.untilEnded({ signal })
        if (end.kind === 'died') throw end.error
        session.print(['', `${deploymentId} was stopped from elsewhere`])
      } finally {
        await deployment.stop()
      }
    })
}

function collect(setting: string, settings: readonly string[] = []): readonly string[] {
  return [...settings, setting]
}

function definedOf<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields
}
