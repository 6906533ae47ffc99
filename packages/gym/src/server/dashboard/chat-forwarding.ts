import { z } from '@hono/zod-openapi'
import { accessServer, isRemote } from '../../deployments/remote/stored-servers.js'
import { messageOf } from '../../errors.js'
import type { DeploymentRecord } from '../../store/records.js'
import { apiRefusal } from './api-refusal.js'

/** A conversation and how to sample the answer; what is left out is the deployment's to decide. */
export const chatRequestSchema = z
  .object({
    messages: z
      .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string().max(200_000) }))
      .min(1)
      .max(200),
    temperature: z.number().min(0).max(10).optional(),
    top_p: z.number().gt(0).max(1).optional(),
    max_tokens: z.int().min(1).max(100_000).optional(),
    seed: z.int().min(0).optional(),
  })
  .openapi('ChatRequest')

export type ChatRequest = z.infer<typeof chatRequestSchema>

/** Characters of an error that another server sent. */
const MOST_ERROR = 1_000

export interface ChatForwarding {
  readonly home: string
  /** Key of deployments that want one; of those elsewhere most are asked with a token of their provider instead. */
  readonly apiKey?: string | undefined
  readonly signal: AbortSignal
}

/**
 * Asks a deployment for an answer and passes its stream on, so that the page talks to the dashboard alone. Only recorded
 * addresses are asked, never one that a request names.
 */
export async function forwardChat(
  record: DeploymentRecord,
  request: ChatRequest,
  { home, apiKey: localKey, signal }: ChatForwarding,
): Promise<Response> {
  const { deploymentId, state, url, servedModelName } = record
  if (state !== 'ready' || url === null) {
    throw apiRefusal(409, 'not-ready', `deployment ${deploymentId} is ${state}; serve the model again`)
  }
  const token = isRemote(record) ? (await accessServer(record, { home, signal })).apiKey : undefined
  const apiKey = token ?? localKey
  const answer = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
    body: JSON.stringify({ ...request, model: servedModelName, stream: true }),
    signal,
  }).catch((error: unknown) => {
    throw apiRefusal(502, 'no-answer', `${servedModelName} at ${url} does not answer: ${messageOf(error)}`)
  })
  if (answer.ok) return new Response(answer.body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
  const said = sentenceIn(await answer.text().catch(() => '')).slice(0, MOST_ERROR)
  const hint =
    answer.status === 401 && token === undefined ? '; start the dashboard with its key in TRAINING_GYM_API_KEY' : ''
  throw apiRefusal(502, 'deployment-refused', `${servedModelName} answered ${answer.status}: ${said}${hint}`)
}

const refusalSchema = z.object({ error: z.object({ message: z.string() }) })

function sentenceIn(body: string): string {
  try {
    return refusalSchema.parse(JSON.parse(body)).error.message
  } catch {
    return body
  }
}
