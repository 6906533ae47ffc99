"""Loads a checkpoint folder in transformers and compares its logits with those of the engine.

  python check_transformers.py FOLDER                      loads it and says what it is
  python check_transformers.py FOLDER --logits FILE.json   compares too; FILE comes from bench/write-logits.mjs

FILE holds {"prompts": [{"tokenIds": [n], "logits": [n or fewer rows][vocab]}]}; fewer rows are the last positions.
Exit codes: 0 equal within 1e-4, 1 not equal, 2 the input cannot be read. Needs bench/python-requirements.txt.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
import transformers

TOLERANCE = 1e-4


def refuse(message: str) -> None:
    print(message, file=sys.stderr)
    sys.exit(2)


def load(folder: Path) -> torch.nn.Module:
    """Loads the folder in float32; a missing, left-over or mis-shaped tensor is an error, not a warning."""
    try:
        net, info = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True, local_files_only=True
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        refuse(f"transformers cannot load {folder}: {error}")
    wrong = {name: sorted(map(str, info[name])) for name in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[name]}
    if wrong:
        refuse(f"{folder} does not hold exactly the tensors of its config: {wrong}")
    if len(tokenizer) > net.config.vocab_size:
        refuse(f"{folder} has {len(tokenizer)} tokens in its tokenizer but only {net.config.vocab_size} rows of logits")
    count = sum(p.numel() for p in net.parameters())
    print(f"{folder}: {type(net).__name__}, {count:,} parameters, {len(tokenizer)} tokens, transformers {transformers.__version__}")
    return net.eval()


@torch.no_grad()
def largest_difference(net: torch.nn.Module, prompt: dict, number: int) -> float:
    expected = torch.tensor(prompt["logits"], dtype=torch.float64)
    actual = net(torch.tensor([prompt["tokenIds"]])).logits[0].double()
    rows = len(expected)
    if expected.dim() != 2 or not 0 < rows <= len(actual) or expected.shape[1] != actual.shape[1]:
        refuse(f"prompt {number} has logits of shape {list(expected.shape)}; at most {list(actual.shape)} are wanted")
    gaps = (actual[-rows:] - expected).abs()
    # A NaN would compare as small: it must read as infinitely far.
    gap = gaps.nan_to_num(nan=float("inf")).max().item()
    print(f"prompt {number}: {len(actual)} tokens, {rows} positions, largest difference {gap:.2e}")
    return gap


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares the engine's logits with transformers'.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--logits", type=Path)
    options = parser.parse_args()
    transformers.utils.logging.disable_progress_bar()
    net = load(options.folder)
    if options.logits is None:
        return
    try:
        prompts = json.loads(options.logits.read_text())["prompts"]
        pairs = [(p["tokenIds"], p["logits"]) for p in prompts]
    except (OSError, ValueError, KeyError, TypeError) as error:
        refuse(f'{options.logits} is not {{"prompts": [{{"tokenIds", "logits"}}]}}: {error!r}; write it with bench/write-logits.mjs')
    if not pairs:
        refuse(f"{options.logits} has no prompts; nothing was compared")
    worst = max(largest_difference(net, prompt, number) for number, prompt in enumerate(prompts))
    is_equal = worst <= TOLERANCE
    print(f"max abs difference {worst:.2e}: {'within' if is_equal else 'above'} {TOLERANCE:.0e}")
    sys.exit(0 if is_equal else 1)


if __name__ == "__main__":
    main()
