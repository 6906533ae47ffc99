import type { ModalCompute } from '../../../compute/compute.js'
import { DeploymentConfig } from '../../../deployments/deployment-config.js'
import { VllmRecipe } from '../../../deployments/vllm-recipe.js'
import { GymError } from '../../../errors.js'
import type { Model } from '../../../models/model.js'
import { checkFailed } from './check-process.js'
import type { ComputeCheck } from './compute-check.js'

export interface CheckServingOptions {
  readonly compute: ModalCompute
  /** A small one: what is checked is the way to it. */
  readonly model: Model
  /** Tokens of the long answer. */
  readonly longTokens: number
}

/** How long one answer is wished to take, seconds. */
const LONG_SECONDS = 300

/** Checks the way from a client through a connect token to vLLM: streaming, and an answer that takes minutes. */
export function checkServing({ compute, model, longTokens }: CheckServingOptions): ComputeCheck {
  return {
    name: 'serving',
    proves: 'vLLM answers through a connect token, streams piece by piece, and one answer may take five minutes',
    costUsd: 0.4,
    async run({ home, signal, tell }) {
      const recipe = new VllmRecipe({ enforceEager: true })
      const config = new DeploymentConfig({ model, compute: { ...compute, gpu: 'L4:1' }, recipe, idleSeconds: 300 })
      await using deployment = await config.serve({
        home,
        signal,
        onProgress: (event) => event.kind === 'notice' && tell(event.message),
      })
      const pieces = await streamedPieces(deployment.url, deployment.apiKey, deployment.servedModelName, signal)
      if (pieces < 2)
        throw checkFailed('a streamed answer came in one piece', 'do without streaming for now, and tell us')
      tell(`asking for ${longTokens} tokens in one answer, to see whether a connection may be silent for minutes`)
      const started = performance.now()
      const options = {
        max_tokens: longTokens,
        ignore_eos: true,
        temperature: 1,
        timeoutMs: 20 * 60_000,
        retries: 0,
        signal,
      }
      const { usage } = await deployment.generate('Count from one upwards, in words.', options)
      const seconds = Math.round((performance.now() - started) / 1000)
      const enough =
        seconds >= LONG_SECONDS
          ? ''
          : `, less than the ${LONG_SECONDS} s that were to be seen: longer answers are not proven`
      return `a streamed answer came in ${pieces} pieces; an answer of ${usage.completionTokens} tokens took ${seconds} s in silence${enough}`
    },
  }
}

async function streamedPieces(
  url: string,
  apiKey: string | undefined,
  model: string,
  signal: AbortSignal,
): Promise<number> {
  const body = {
    model,
    stream: true,
    max_tokens: 64,
    messages: [{ role: 'user', content: 'Write a haiku about rain.' }],
  }
  const headers = { authorization: `Bearer ${apiKey ?? ''}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body), signal })
  if (!answer.ok || answer.body === null) {
    const message = `a streamed request was answered with status ${answer.status}: ${(await answer.text()).slice(0, 200)}; see the log of the server`
    throw new GymError('provider', 'check-failed', message)
  }
  let pieces = 0
  for await (const _ of answer.body) pieces++
  return pieces
}
