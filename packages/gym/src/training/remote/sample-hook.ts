/** Name of the hooks' file beside the data; its folder must be in PYTHONPATH. */
export const sampleHookFile = 'gym_samples.py'
/** What `--custom-rollout-log-function-path` then is. */
export const sampleHookPath = 'gym_samples.keep'
/** What `--custom-eval-rollout-log-function-path` then is. */
export const evaluationHookPath = 'gym_samples.keep_evaluation'

/** Token ids kept of the samples of one rollout, unless the recipe says otherwise: half a megabyte in the store. */
export const DEFAULT_SAMPLE_TOKENS = 65_536

/** Names the file of the samples of a rollout in GYM_SAMPLES; a rollout that is done again replaces it. */
export function keptSamplesFile(rolloutId: number): string {
  return `rollout_${String(rolloutId).padStart(7, '0')}.jsonl`
}

/** Names the file of the responses of an evaluation after a rollout; -1 is before all training. */
export function keptEvaluationFile(afterRollout: number): string {
  return `evaluation_${afterRollout < 0 ? 'before' : String(afterRollout).padStart(7, '0')}.jsonl`
}

/**
 * The hooks by which slime hands over the samples that a rollout trains on, and those of an evaluation: one JSON object a
 * line, in the folder GYM_SAMPLES. Of more than 16 million characters nothing is kept. Texts and scores are of all samples;
 * token ids and log-probabilities of the first ones, until GYM_SAMPLE_TOKENS of them are written (of an evaluation, none).
 * Log-probabilities are null where a token was not sampled but said by an environment.
 *
 * Python since slime calls it in its own process; it uses nothing but the standard library.
 */
export const sampleHook = `"""Keeps the samples of each rollout, as they are trained on, where the gym reads them."""
import json
import math
import os

LARGEST = 16 * 2**20


def keep(rollout_id, args, samples, rollout_extra_metrics, rollout_time):
    left = int(os.environ.get("GYM_SAMPLE_TOKENS", "${DEFAULT_SAMPLE_TOKENS}"))
    facts = []
    try:
        for sample in samples:
            length = sample.response_length
            # The first that does not fit is the last that is looked at: else only short ones would be kept.
            left = left - length if left >= length else -1
            facts.append(_facts(args, sample, left >= 0))
        _write(_rollout_file(rollout_id), facts)
    except Exception as error:
        # A run must not end for what is only looked at.
        print(f"gym: the samples of rollout {rollout_id} are not kept: {error!r}", flush=True)
    # Falsy: slime prints its own metrics as well.
    return False


def keep_evaluation(rollout_id, args, data, extra_metrics):
    try:
        # slime counts the evaluation before training as one of rollout 0, as it does the one after it.
        is_before = rollout_id == 0 and not os.path.exists(_path(_rollout_file(0)))
        facts = [
            {"dataset": name, **_facts(args, sample, False)}
            for name, found in data.items()
            for sample in found.get("samples") or []
        ]
        _write("evaluation_before.jsonl" if is_before else f"evaluation_{rollout_id:07d}.jsonl", facts)
    except Exception as error:
        print(f"gym: the responses of the evaluation at rollout {rollout_id} are not kept: {error!r}", flush=True)
    return False


def _rollout_file(rollout_id):
    return f"rollout_{rollout_id:07d}.jsonl"


def _path(name):
    return os.path.join(os.environ["GYM_SAMPLES"], name)


def _write(name, facts):
    characters = sum(len(one["response"]) for one in facts)
    if characters > LARGEST:
        raise ValueError(f"they have {characters} characters, and at most {LARGEST} are kept")
    path = _path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        for one in facts:
            file.write(json.dumps(one) + "\\n")
    os.replace(path + ".part", path)


def _facts(args, sample, keeps_tokens):
    label = sample.label if isinstance(sample.label, dict) else {}
    reward, key = sample.reward, getattr(args, "reward_key", None)
    details = reward if isinstance(reward, dict) else {}
    facts = {
        "group": sample.group_index,
        "row": label.get("index"),
        "response": sample.response,
        "score": _plain(reward.get(key) if isinstance(reward, dict) else reward),
        "details": {name: _plain(value) for name, value in details.items() if name != key},
        "status": sample.status.value,
    }
    tokens = _list(sample.tokens)
    # Not [-length:], which is everything for a response of no tokens.
    tokens = tokens[len(tokens) - sample.response_length :]
    log_probs = _list(sample.rollout_log_probs)
    mask = sample.loss_mask or [1] * len(tokens)
    if keeps_tokens and len(tokens) == len(log_probs) == len(mask):
        facts["tokens"] = [int(token) for token in tokens]
        facts["logprobs"] = [
            round(float(log_prob), 5) if trained and math.isfinite(log_prob) else None
            for log_prob, trained in zip(log_probs, mask)
        ]
    return facts


def _list(values):
    if values is None:
        return []
    return values.tolist() if hasattr(values, "tolist") else list(values)


def _plain(value):
    """Returns what JSON can hold, so that one odd detail does not cost a whole sample."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int, bool)):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _plain(value.item()) if hasattr(value, "item") else str(value)
`
