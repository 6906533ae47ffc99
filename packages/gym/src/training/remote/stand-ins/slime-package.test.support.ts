/**
 * What the gym's hooks take from the Python package `slime`, over the standard library, by file: requests, the record of a
 * sample, and the state that has the tokenizer. The tokenizer is that of GYM_STAND_IN_TOKENIZER: an HTTP server that answers
 * POST `encode`, `decode` and `template` with JSON.
 */
export const slimePackage: Readonly<Record<string, string>> = {
  'slime/__init__.py': '',
  'slime/rollout/__init__.py': '',
  'slime/utils/__init__.py': '',
  'slime/utils/http_utils.py': `
import asyncio, json, urllib.request
def post_now(url, payload):
    request = urllib.request.Request(url, json.dumps(payload).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))
async def post(url, payload):
    return await asyncio.to_thread(post_now, url, payload)
`,
  'slime/utils/types.py': `
from dataclasses import dataclass, field
from enum import Enum
@dataclass
class Sample:
    group_index: int = None
    index: int = None
    prompt: str = ""
    label: object = None
    tokens: list = field(default_factory=list)
    response: str = ""
    response_length: int = 0
    loss_mask: list = None
    rollout_log_probs: list = None
    reward: object = None
    class Status(Enum):
        PENDING = "pending"
        COMPLETED = "completed"
        TRUNCATED = "truncated"
        ABORTED = "aborted"
    status: Status = Status.PENDING
`,
  'slime/rollout/sglang_rollout.py': `
import os
from slime.utils.http_utils import post_now
class Tokenizer:
    def ask(self, what, **payload):
        return post_now(os.environ["GYM_STAND_IN_TOKENIZER"] + "/" + what, payload)
    def encode(self, text, add_special_tokens=False):
        return self.ask("encode", text=text)
    def decode(self, ids, skip_special_tokens=False):
        return self.ask("decode", ids=list(ids))
    def apply_chat_template(self, messages, tokenize=False, add_generation_prompt=False, **kwargs):
        return self.ask("template", messages=messages, kwargs=kwargs)
class GenerateState:
    def __init__(self, args):
        self.tokenizer = Tokenizer()
`,
}

/**
 * Calls a hook of the gym as slime does, with what stands in a JSON object on standard input: `generate` on each sample at
 * the same time, or `keep` on all of them, as a rollout's or (with a `dataset`) as an evaluation's. Prints the samples as
 * JSON, below what the hook itself may print.
 */
export const hookCaller = `
import asyncio, importlib, json, sys
from types import SimpleNamespace
from slime.utils.types import Sample
job = json.load(sys.stdin)
module, name = job["hook"].rsplit(".", 1)
hook = getattr(importlib.import_module(module), name)
args = SimpleNamespace(**job["args"])
samples = [Sample(**{**one, "status": Sample.Status(one["status"])}) for one in job["samples"]]
async def generate():
    return await asyncio.gather(*(hook(args, *pair) for pair in zip(samples, job["sampling_params"])))
if job["kind"] == "generate":
    samples = asyncio.run(generate())
elif job.get("dataset") is None:
    hook(job["rollout_id"], args, samples, None, 0.0)
else:
    hook(job["rollout_id"], args, {job["dataset"]: {"samples": samples}}, None)
print(json.dumps([{**one.__dict__, "status": one.status.value} for one in samples]))
`
