/** Name of the hook's file beside the reward, and what `--custom-generate-function-path` then is; its folder must be in PYTHONPATH. */
export const generateHookFile = 'gym_generate.py'
export const generateHookPath = 'gym_generate.generate'

/**
 * The hook that lets slime play an environment of several turns, written as a `PlayEpisode` in TypeScript and served
 * beside the reward's own URL (`--rm-url`). It takes the model's turns to the environment and its answers to the model. The
 * token ids of a turn are kept as they were sampled; those of the answers are masked out of the loss.
 *
 * Python since slime calls it in its own process; it uses nothing but what slime has loaded already.
 */
export const generateHook = `"""Plays an environment of several turns, served by the gym's reward server, inside slime."""
from slime.rollout.sglang_rollout import GenerateState
from slime.utils.http_utils import post
from slime.utils.types import Sample


async def generate(args, sample, sampling_params):
    state = GenerateState(args)
    tokenizer = state.tokenizer
    address, mark, query = args.rm_url.partition("?")
    episodes = address.removesuffix("/score") + "/episode"
    engine = f"http://{args.sglang_router_ip}:{args.sglang_router_port}/generate"
    budget = sampling_params["max_new_tokens"]

    prompt_ids = tokenizer.encode(sample.prompt, add_special_tokens=False)
    # A sample that was aborted before starts over: its episode has not been kept.
    sample.tokens, sample.response, sample.response_length = list(prompt_ids), "", 0
    sample.loss_mask, sample.rollout_log_probs, sample.reward = [], [], None

    step = await post(episodes + mark + query, {"prompt": sample.prompt, "label": sample.label})
    ids, finish = [], "stop"
    while not step["done"]:
        feedback = _feedback_ids(args, tokenizer, step["messages"], ids)
        left = budget - sample.response_length - len(feedback)
        ids, finish = [], "length"
        if left > 0:
            _append(sample, tokenizer, feedback, [0.0] * len(feedback), 0)
            params = {**sampling_params, "max_new_tokens": left}
            payload = {"input_ids": sample.tokens, "sampling_params": params, "return_logprob": True}
            meta = (await post(engine, payload))["meta_info"]
            finish = meta["finish_reason"]["type"]
            if finish == "abort":
                sample.status = Sample.Status.ABORTED
                return sample
            ids = [item[1] for item in meta["output_token_logprobs"]]
            _append(sample, tokenizer, ids, [item[0] for item in meta["output_token_logprobs"]], 1)
        text = tokenizer.decode(ids, skip_special_tokens=False)
        is_last = sample.response_length >= budget
        turn = {"response": text, "finish_reason": finish, "is_last": is_last}
        step = await post(f"{episodes}/{step['episode']}{mark}{query}", turn)

    sample.reward = step
    sample.status = Sample.Status.TRUNCATED if finish == "length" else Sample.Status.COMPLETED
    return sample


def _append(sample, tokenizer, ids, log_probs, mask):
    sample.tokens = sample.tokens + ids
    sample.response_length += len(ids)
    sample.response += tokenizer.decode(ids, skip_special_tokens=False)
    sample.loss_mask += [mask] * len(ids)
    sample.rollout_log_probs += log_probs


def _feedback_ids(args, tokenizer, messages, turn_ids):
    """Returns the ids between the end of the model's turn and the beginning of its next one, as the template has them."""
    if not messages:
        return []
    place = "the-turn-of-the-model"
    chat = [{"role": "user", "content": "."}, {"role": "assistant", "content": place}, *messages]
    kwargs = getattr(args, "apply_chat_template_kwargs", None) or {}
    text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True, **kwargs)
    after = text[text.index(place) + len(place) :]
    # The model has written its end-of-turn token itself.
    end_of_turn = tokenizer.decode(turn_ids[-1:], skip_special_tokens=False)
    return tokenizer.encode(after.removeprefix(end_of_turn), add_special_tokens=False)
`
