import type { ModelDeployment } from '../../deployments/model-deployment.js'
import { GymError } from '../../errors.js'
import type { Speaker } from '../chat/speaker.js'
import type { CommandSession } from '../command-session.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseCount, parseNumber, parseWholeNumber } from '../parse-argument.js'

interface ChatOptions {
  readonly vs?: string
  readonly system?: string
  readonly temperature?: number
  readonly maxTokens?: number
  readonly seed?: number
  readonly apiKey?: string
}

/** Adds `chat`: talks with a model, a deployment or any OpenAI-compatible URL, or with two of them at once. */
export const addChatCommand: AddCommand = (program, world) => {
  program
    .command('chat')
    .description('talk with a model, or with two side by side; also answers lines from a pipe')
    .argument('[target]', 'a URL, a deployment, or a model (default: the newest deployment, else tiny-poet)')
    .option('--vs <target>', 'a second one that answers the same, with the same seed')
    .option('--system <text>', 'system prompt')
    .option('--temperature <x>', 'sampling temperature', parseNumber)
    .option('--max-tokens <n>', 'tokens of an answer at most', parseCount)
    .option('--seed <n>', 'seed of the sampling', parseWholeNumber)
    .option('--api-key <key>', 'key to send (default, for deployments of the gym: the variable TRAINING_GYM_API_KEY)')
    .option('--json', 'print one JSON object a turn')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym chat tiny-poet\n  training-gym chat tiny-poet --vs .training-gym/runs/run-1/checkpoints/iter_0000009\n  echo "Write a haiku about rain." | training-gym chat http://127.0.0.1:8000/v1',
    )
    .action(async (target: string | undefined, options: ChatOptions, command) => {
      const session = openSession(command, world)
      const { randomBytes } = await import('node:crypto')
      const { converse } = await import('../chat/converse.js')
      const { streamChat } = await import('../chat/stream-chat.js')
      // The gym's own key is not for whoever has a URL.
      const keyFor = (to: string | undefined) =>
        options.apiKey ?? (isUrl(to) ? undefined : world.env.TRAINING_GYM_API_KEY || undefined)
      await using first = await deploymentFor(target, keyFor(target), session)
      await using second =
        options.vs === undefined ? null : await deploymentFor(options.vs, keyFor(options.vs), session)
      session.endProgress()

      const speaker = ({ url, servedModelName, apiKey }: ModelDeployment, key: string | undefined): Speaker => ({
        name: second?.servedModelName === first.servedModelName ? `${servedModelName} (${url})` : servedModelName,
        answer: (messages, { seed, temperature }, signal) =>
          streamChat({
            endpoint: { url, servedModelName, apiKey: apiKey ?? key, fetch, clock: Date.now },
            messages,
            // What is undefined is left out of the request.
            generateKwargs: { temperature, max_tokens: options.maxTokens, seed },
            signal,
          }),
      })
      await converse({
        stdin: world.stdin,
        stdout: world.stdout,
        stderr: world.stderr,
        colors: session.colors,
        systemPrompt: options.system ?? '',
        isJson: session.isJson,
        signal: session.signal,
        onInterrupt: world.interrupt,
        sampling: { seed: options.seed, temperature: options.temperature },
        drawSeed: () => randomBytes(4).readUInt32LE(),
        speakers:
          second === null
            ? [speaker(first, keyFor(target))]
            : [speaker(first, keyFor(target)), speaker(second, keyFor(options.vs))],
      })
    })
}

/** Connects to a URL or to what is served already; else serves the model for as long as the talk lasts. */
async function deploymentFor(
  target: string | undefined,
  apiKey: string | undefined,
  session: CommandSession,
): Promise<ModelDeployment> {
  const { home, signal, onProgress } = session
  const { connect } = await import('../../deployments/connect.js')
  if (target !== undefined && isUrl(target)) return await connect({ url: target, apiKey, signal })

  const { findDeployment, isReferenceOnly } = await import('../../deployments/find-deployment.js')
  try {
    const { url, servedModelName, apiKey: token } = await findDeployment(target ?? 'latest', { home, signal })
    // A deployment elsewhere is reached with a token of its provider, to whom the gym's own key means nothing.
    return await connect({ url, servedModelName, apiKey: token ?? apiKey, signal })
  } catch (error) {
    const isNotServed = GymError.is(error) && error.code === 'not-served'
    if (!isNotServed || (target !== undefined && isReferenceOnly(target))) throw error
  }
  const { DeploymentConfig } = await import('../../deployments/deployment-config.js')
  const { EngineRecipe } = await import('../../deployments/engine-recipe.js')
  const config = new DeploymentConfig({ model: target ?? 'tiny-poet', recipe: new EngineRecipe({ apiKey }) })
  return await config.serve({ home, signal, onProgress })
}

function isUrl(target: string | undefined): boolean {
  return target !== undefined && /^https?:\/\//.test(target)
}
