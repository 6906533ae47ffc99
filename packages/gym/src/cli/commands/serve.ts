import { setTimeout as delay } from 'node:timers/promises'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseCount, parsePort } from '../parse-argument.js'

interface ServeCommandOptions {
  readonly port: number
  readonly servedModelName?: string
  readonly threads?: number
  readonly detach?: boolean
}

/** How often a served process is asked whether it still lives, milliseconds. */
const checkEveryMs = 2000

/** Adds `serve`: a model or checkpoint behind an OpenAI-compatible URL until Ctrl-C. */
export const addServeCommand: AddCommand = (program, world) => {
  program
    .command('serve')
    .description('serve a model or a checkpoint behind an OpenAI-compatible URL until Ctrl-C')
    .argument('<model>', 'name of a model, e.g. tiny-poet, or a folder of weights, e.g. a checkpoint')
    .option('-p, --port <n>', 'port on 127.0.0.1; 0 takes any free one', parsePort, 8000)
    .option('--served-model-name <name>', 'the name that clients give as "model" (default: that of the model)')
    .option('--threads <n>', 'threads of the maths library (default: the number of cores)', parseCount)
    .option('--detach', 'return when it answers and leave it running; stop it with: deployments stop')
    .option('--json', 'print URL and names as JSON')
    .addHelpText('after', '\nExample:\n  training-gym serve tiny-poet --port 8000')
    .action(async (model: string, options: ServeCommandOptions, command) => {
      const session = openSession(command, world)
      const { signal, home, onProgress, colors } = session
      const { DeploymentConfig } = await import('../../deployments/deployment-config.js')
      const { EngineRecipe } = await import('../../deployments/engine-recipe.js')
      const isDetached = options.detach === true
      const deployment = await new DeploymentConfig({
        model,
        port: options.port,
        isDetached,
        recipe: new EngineRecipe({ threads: options.threads }),
        ...(options.servedModelName === undefined ? {} : { servedModelName: options.servedModelName }),
      }).serve({ signal, home, onProgress })

      const { url, servedModelName, deploymentId, modelPath } = deployment
      const request = { model: servedModelName, messages: [{ role: 'user', content: 'Write a haiku about rain.' }] }
      session.print([
        `${colors.bold('URL')}    ${url}`,
        `${colors.bold('model')}  ${servedModelName}`,
        '',
        'Try it:',
        `  curl ${url}/chat/completions -H 'content-type: application/json' -d '${JSON.stringify(request).replaceAll("'", "'\\''")}'`,
        `  training-gym chat ${deploymentId}`,
        '',
        isDetached ? `Stop it:  training-gym deployments stop ${deploymentId}` : 'Ctrl-C stops it.',
      ])
      session.printJson({ url, servedModelName, deploymentId, modelPath })
      if (isDetached) return

      try {
        // Ends by the signal, or by the error of a server that has died.
        for (;;) {
          await delay(checkEveryMs, undefined, { signal })
          await deployment.waitUntilReady({ timeoutMs: 60_000, signal })
        }
      } finally {
        await deployment.stop()
      }
    })
}
