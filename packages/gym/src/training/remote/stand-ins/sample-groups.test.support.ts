import type { Engine } from '@training-gym/engine'
import type { Message } from '../../../trip.js'
import { callHook, type PythonSample } from './call-hook.test.support.js'
import { remoteRm } from './remote-rm.test.support.js'
import { serveEngine } from './serve-engine.test.support.js'
import type { SlimeArguments } from './slime-flags.test.support.js'

/** A line of a data file. */
export interface PromptLine {
  readonly messages: readonly Message[] | string
  readonly row: unknown
}

/** A prompt to be sampled, once a seed. */
export interface PromptToSample {
  readonly line: PromptLine
  readonly seeds: readonly number[]
}

export interface StandInSampling {
  readonly temperature: number
  readonly maxNewTokens: number
}

/**
 * Samples and scores groups as slime does: the built-in engine writes one response, which `remote_rm` scores; or, with
 * `--custom-generate-function-path`, that hook plays with the engine behind an address, and brings the reward.
 */
export async function sampleGroups(
  engine: Engine,
  args: SlimeArguments,
  prompts: readonly PromptToSample[],
  sampling: StandInSampling,
): Promise<PythonSample[][]> {
  const waiting = prompts.map(({ line, seeds }, group) => seeds.map(() => pendingSample(engine, args, line, group)))
  const hook = args.text('--custom-generate-function-path', '')
  if (hook !== '') return await playGroups(engine, args, hook, { waiting, prompts, sampling })
  return await Promise.all(
    waiting.map(async (group, at) => {
      const seeds = prompts[at]?.seeds ?? []
      const drawn = await engine.generate({ promptTokenIds: group[0]?.tokens ?? [], seeds, sampling })
      return await Promise.all(group.map((sample, i) => scored(args, withResponse(engine, sample, drawn[i]))))
    }),
  )
}

interface Played {
  readonly waiting: readonly PythonSample[][]
  readonly prompts: readonly PromptToSample[]
  readonly sampling: StandInSampling
}

async function playGroups(
  engine: Engine,
  args: SlimeArguments,
  hook: string,
  played: Played,
): Promise<PythonSample[][]> {
  const { waiting, prompts, sampling } = played
  await using server = await serveEngine(engine)
  const { temperature, maxNewTokens: max_new_tokens } = sampling
  const seeds = prompts.flatMap((prompt) => prompt.seeds)
  const samples = await callHook(
    {
      kind: 'generate',
      hook,
      args: {
        rm_url: args.text('--rm-url'),
        sglang_router_ip: '127.0.0.1',
        sglang_router_port: server.port,
        apply_chat_template_kwargs: templateKwargs(args),
      },
      samples: waiting.flat().map((sample) => ({ ...sample, tokens: [] })),
      sampling_params: seeds.map((sampling_seed) => ({ temperature, max_new_tokens, sampling_seed })),
    },
    { ...process.env, GYM_STAND_IN_TOKENIZER: server.url },
  )
  if (samples === null) throw new Error('episodes are played in Python, and there is no python3')
  return waiting.map((_, group) => samples.filter((sample) => sample.group_index === group))
}

function templateKwargs(args: SlimeArguments): Record<string, unknown> {
  return JSON.parse(args.text('--apply-chat-template-kwargs', '{}')) as Record<string, unknown>
}

function pendingSample(
  engine: Engine,
  args: SlimeArguments,
  { messages, row }: PromptLine,
  group: number,
): PythonSample {
  const { tokenizer } = engine
  const tokens =
    typeof messages === 'string'
      ? tokenizer.encode(messages)
      : tokenizer.encodeChat(messages, { addGenerationPrompt: true, kwargs: templateKwargs(args) })
  return {
    group_index: group,
    index: 0,
    prompt: tokenizer.decode(tokens, { skipSpecialTokens: false }),
    label: row,
    tokens,
    response: '',
    response_length: 0,
    loss_mask: null,
    rollout_log_probs: null,
    reward: null,
    status: 'pending',
  }
}

function withResponse(
  { tokenizer }: Engine,
  sample: PythonSample,
  drawn: Awaited<ReturnType<Engine['generate']>>[number] | undefined,
): PythonSample {
  if (drawn === undefined) throw new Error('nothing was generated')
  const { tokenIds, logprobs, finishReason } = drawn
  return {
    ...sample,
    tokens: [...sample.tokens, ...tokenIds],
    // Like slime, with the end-of-turn marker in the text.
    response: tokenizer.decode(tokenIds, { skipSpecialTokens: false }),
    response_length: tokenIds.length,
    rollout_log_probs: [...logprobs],
    status: finishReason === 'stop' ? 'completed' : 'truncated',
  }
}

async function scored(args: SlimeArguments, sample: PythonSample): Promise<PythonSample> {
  const { prompt, response, label } = sample
  return { ...sample, reward: await remoteRm(args.text('--rm-url'), { prompt, response, label }) }
}
