import type { ModelDeployment } from '../../deployments/model-deployment.js'
import type { CommandSession } from '../command-session.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseCount, parseNumber, parseWholeNumber } from '../parse-argument.js'

interface ChatOptions {
  readonly system?: string
  readonly temperature?: number
  readonly maxTokens?: number
  readonly seed?: number
}

/** Adds `chat`: talks with a model, a deployment or any OpenAI-compatible URL. */
export const addChatCommand: AddCommand = (program, world) => {
  program
    .command('chat')
    .description('talk with a model; also answers lines from a pipe')
    .argument('[target]', 'a URL, a deployment, or a model (default: the newest deployment, else tiny-poet)')
    .option('--system <text>', 'system prompt')
    .option('--temperature <x>', 'sampling temperature', parseNumber)
    .option('--max-tokens <n>', 'tokens of an answer at most', parseCount)
    .option('--seed <n>', 'seed of the sampling', parseWholeNumber)
    .option('--json', 'print one JSON object a turn')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym chat tiny-poet\n  echo "Write a haiku about rain." | training-gym chat http://127.0.0.1:8000/v1',
    )
    .action(async (target: string | undefined, options: ChatOptions, command) => {
      const session = openSession(command, world)
      const { converse } = await import('../chat/converse.js')
      const { streamChat } = await import('../chat/stream-chat.js')
      await using deployment = await findDeployment(target, session)
      session.endProgress()
      await converse({
        stdin: world.stdin,
        stdout: world.stdout,
        stderr: world.stderr,
        colors: session.colors,
        systemPrompt: options.system ?? '',
        isJson: session.isJson,
        signal: session.signal,
        onInterrupt: world.interrupt,
        answer: (messages, signal) =>
          streamChat({
            url: deployment.url,
            model: deployment.servedModelName,
            messages,
            generateKwargs: {
              ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
              ...(options.maxTokens === undefined ? {} : { max_tokens: options.maxTokens }),
              ...(options.seed === undefined ? {} : { seed: options.seed }),
            },
            signal,
            fetch,
          }),
      })
    })
}

/** Connects to a URL or to what is served already; else serves the model for as long as the talk lasts. */
async function findDeployment(target: string | undefined, session: CommandSession): Promise<ModelDeployment> {
  const { home, signal, onProgress } = session
  const { connect } = await import('../../deployments/connect.js')
  if (target !== undefined && /^https?:\/\//.test(target)) return await connect({ url: target, signal })

  const { listDeployments } = await import('../../deployments/stored-deployments.js')
  const served = (await listDeployments({ home, signal })).filter(({ state }) => state === 'ready')
  const found = served.find(
    ({ deploymentId, appName, servedModelName }) =>
      target === undefined ||
      [deploymentId, appName, servedModelName].includes(target) ||
      deploymentId.endsWith(`-${target}`),
  )
  if (found?.url !== undefined && found.url !== null) {
    return await connect({ url: found.url, servedModelName: found.servedModelName, signal })
  }
  const { DeploymentConfig } = await import('../../deployments/deployment-config.js')
  return await new DeploymentConfig({ model: target ?? 'tiny-poet' }).serve({ home, signal, onProgress })
}
