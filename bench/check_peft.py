"""Loads an adapter in peft and compares base + adapter with the engine's merged checkpoint.

  python check_peft.py BASE CHECKPOINT      CHECKPOINT/adapter holds the adapter of a LoRA run

Logits of random tokens must agree within 1e-4. Exit codes: 0 equal, 1 not equal, 2 the input cannot be read.
Needs bench/python-requirements.txt.
"""

import sys
from pathlib import Path

import peft
import torch
import transformers

TOLERANCE = 1e-4


def load(folder: str) -> torch.nn.Module:
    return transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", local_files_only=True
    ).eval()


@torch.no_grad()
def main() -> None:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    base_folder, checkpoint = sys.argv[1:]
    transformers.utils.logging.disable_progress_bar()
    try:
        base = load(base_folder)
        merged = load(checkpoint)
        adapted = peft.PeftModel.from_pretrained(load(base_folder), str(Path(checkpoint) / "adapter")).eval()
    except (OSError, ValueError, RuntimeError) as error:
        print(f"cannot load: {error}", file=sys.stderr)
        sys.exit(2)
    torch.manual_seed(0)
    tokens = torch.randint(3, min(300, base.config.vocab_size), (4, 32))
    expected = adapted(tokens).logits
    # A NaN would compare as small: it must read as infinitely far.
    gap = (merged(tokens).logits - expected).abs().nan_to_num(nan=float("inf")).max().item()
    moved = (base(tokens).logits - expected).abs().max().item()
    pairs = sum(name.endswith("lora_A.default.weight") for name, _ in adapted.named_parameters())
    print(f"{pairs} adapters of peft {peft.__version__}; they move logits by up to {moved:.2e}")
    print(f"base + adapter against the merged checkpoint: max abs difference {gap:.2e}, tolerance {TOLERANCE:.0e}")
    sys.exit(0 if gap <= TOLERANCE and moved > 10 * TOLERANCE else 1)


main()
