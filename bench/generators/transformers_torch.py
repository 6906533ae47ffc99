"""Generation by transformers on PyTorch: python bench/generators/transformers_torch.py FOLDER THREADS"""

import json
import resource
import sys
import time

import torch
from transformers import AutoModelForCausalLM


def tell(value):
    print("\n@bench " + json.dumps(value), flush=True)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
model.eval()
tell({"ready": True})
for line in sys.stdin:
    request = json.loads(line)
    prompts, new_tokens = request["prompts"], request["newTokens"]
    before, started = cpu_seconds(), time.perf_counter()
    with torch.inference_mode():
        ids = torch.tensor(prompts)
        output = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=new_tokens,
            min_new_tokens=new_tokens,
            pad_token_id=0,
        )[:, ids.shape[1] :]
    seconds = time.perf_counter() - started
    tell(
        {
            "tokens": output.numel(),
            "seconds": seconds,
            "cpuSeconds": cpu_seconds() - before,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
