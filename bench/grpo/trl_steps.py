"""Takes GRPO steps with TRL on the CPU and prints a JSON line a step; see bench/grpo-step.mjs for the settings."""

import json
import os
import resource
import sys
import time

started = time.perf_counter()
settings = json.loads(sys.argv[1])
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["OMP_NUM_THREADS"] = str(settings["threads"])

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

torch.set_num_threads(settings["threads"])


class Clock(TrainerCallback):
    """Tells how long each optimizer step took: sampling, scoring and training, without what comes between steps."""

    def on_step_begin(self, args, state, control, **kwargs):
        self.began = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        seconds = time.perf_counter() - self.began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        since_start = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "sinceStart": since_start, "peakBytes": peak, **lengths}), flush=True)


lengths = {"responseTokens": 0}


def share_of_e(completions, completion_ids, **kwargs):
    lengths["responseTokens"] = sum(len(ids) for ids in completion_ids)
    return [text.count("e") / max(1, len(text)) for text in completions]


samples = settings["prompts"] * settings["samples"]
micro = settings["trlMicroBatch"]
config = GRPOConfig(
    output_dir=settings["folder"],
    use_cpu=True,
    bf16=False,
    fp16=False,
    seed=settings["seed"],
    max_steps=settings["steps"],
    per_device_train_batch_size=micro,
    gradient_accumulation_steps=samples // micro,
    num_generations=settings["samples"],
    max_completion_length=settings["newTokens"],
    temperature=1.0,
    beta=0.0,
    epsilon=0.2,
    epsilon_high=0.28,
    scale_rewards="none",
    loss_type="dapo",
    mask_truncated_completions=False,
    learning_rate=1e-5,
    lr_scheduler_type="constant",
    adam_beta2=0.95,
    max_grad_norm=1.0,
    gradient_checkpointing=False,
    save_strategy="no",
    logging_strategy="no",
    report_to=[],
    disable_tqdm=True,
)
model = AutoModelForCausalLM.from_pretrained(settings["model"], dtype=torch.float32)
tokenizer = AutoTokenizer.from_pretrained(settings["model"])
trainer = GRPOTrainer(
    model=model,
    reward_funcs=share_of_e,
    args=config,
    train_dataset=Dataset.from_list([{"prompt": text} for text in settings["texts"]]),
    processing_class=tokenizer,
    callbacks=[Clock()],
)
trainer.train()
