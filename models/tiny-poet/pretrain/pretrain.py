"""Pretrains the model on the arrays of prepare.py and writes a Hugging Face folder.

  python pretrain.py DATA OUT                    one H200, about 2 minutes
  python pretrain.py DATA OUT --size smoke --device cpu --limit 20000 --batch 2048 --general 1 --chat 1 --final 1
                                                 a minute on two cores: does it run from end to end?

Stage A reads everything, all tokens in the loss. Stage B reads the chats alone, the loss on the assistant's turn, while
the learning rate falls to zero.
"""

import argparse
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from model import Qwen3, make_config, save

CONTEXT_A, CONTEXT_B = 512, 128
END_ID, PAD_ID = 2, 0
IGNORED = -1


@dataclass
class Chats:
    """Conversations end to end, as prepare.py writes them."""

    ids: np.ndarray
    ends: np.ndarray
    prompt: np.ndarray
    is_final: np.ndarray
    is_haiku: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        return np.concatenate(([0], self.ends[:-1]))

    def stream(self, rng: np.random.Generator) -> np.ndarray:
        """Lays all conversations end to end in random order, each followed by <|endoftext|> (0)."""
        out, at, starts = np.zeros(len(self.ids) + len(self.ends), np.uint16), 0, self.starts
        for i in rng.permutation(len(self.ends)):
            row = self.ids[starts[i] : self.ends[i]]
            out[at : at + len(row)] = row
            at += len(row) + 1
        return out

    def padded(self, keep: np.ndarray, length: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns inputs padded on the right and targets that are IGNORED outside the assistant's turn, [N, length]."""
        starts = self.starts
        keep = keep[self.ends[keep] - starts[keep] <= length + 1]
        x = np.full((len(keep), length), PAD_ID, np.int64)
        y = np.full((len(keep), length), IGNORED, np.int64)
        for j, i in enumerate(keep):
            row = self.ids[starts[i] : self.ends[i]].astype(np.int64)
            x[j, : len(row) - 1] = row[:-1]
            y[j, self.prompt[i] - 1 : len(row) - 1] = row[self.prompt[i] :]
        return torch.from_numpy(x), torch.from_numpy(y)


def windows(ids: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """Cuts a stream into [N, length + 1] windows from a random offset; each shares one token with the next."""
    offset = rng.integers(0, length)
    count = (len(ids) - offset - 1) // length
    return np.lib.stride_tricks.as_strided(
        ids[offset:], (count, length + 1), (length * ids.itemsize, ids.itemsize), writeable=False
    )


def stage_a_rows(general, chats: Chats, epochs: tuple[int, int], rng, limit: int | None) -> np.ndarray:
    """Mixes so many epochs of general text and of chats evenly over the whole stage."""
    parts = [windows(general, CONTEXT_A, rng) for _ in range(epochs[0])]
    parts += [windows(chats.stream(rng)[:limit], CONTEXT_A, rng) for _ in range(epochs[1])]
    mixed = np.concatenate(parts)
    return mixed[rng.permutation(len(mixed))]


class Trainer:
    """Owns the weights and the optimizer; on a GPU computes in bf16 with compiled layers."""

    def __init__(self, net: Qwen3, lr: float, device: str):
        self.net, self.device, self.is_gpu = net.to(device), device, device != "cpu"
        self.loss = self.cross_entropy
        if self.is_gpu:
            for layer in net.model.layers:
                layer.compile(dynamic=False)
            self.loss = torch.compile(self.cross_entropy, dynamic=False)
        matrices = [p for p in net.parameters() if p.dim() == 2 and p is not net.head]
        others = [p for p in net.parameters() if p.dim() != 2 or p is net.head]
        groups = [dict(params=matrices, weight_decay=0.1), dict(params=others, weight_decay=0.0)]
        self.optimizer = torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.95), fused=self.is_gpu)

    @staticmethod
    def cross_entropy(hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(torch.matmul(hidden, head.t()).float(), targets, ignore_index=IGNORED)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x, y = (t.to(self.device, non_blocking=True).long() for t in (x, y))
        with torch.autocast(self.device, torch.bfloat16, enabled=self.is_gpu):
            hidden = self.net(x).reshape(-1, self.net.config["hidden_size"])
            return self.loss(hidden, self.net.head, y.reshape(-1))

    def step(self, x: torch.Tensor, y: torch.Tensor, lr: float) -> torch.Tensor:
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        loss = self.forward(x, y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.detach()

    def seconds_per_step(self, x: torch.Tensor, y: torch.Tensor) -> float:
        """Compiles for this shape, then times forward and backward; the weights stay as they are."""
        repeats = 10 if self.is_gpu else 1
        for count in (3, repeats):
            started = time.monotonic()
            for _ in range(count):
                self.forward(x, y).backward()
                self.optimizer.zero_grad(set_to_none=True)
            if self.is_gpu:
                torch.cuda.synchronize()
        return (time.monotonic() - started) / repeats

    @torch.no_grad()
    def validate(self, x: torch.Tensor, y: torch.Tensor, per_batch: int) -> float:
        """Returns the mean loss over whole batches (the compiled shape), nan when there is none."""
        starts = range(0, len(x) - per_batch + 1, per_batch)
        losses = [self.forward(x[i : i + per_batch], y[i : i + per_batch]).item() for i in starts]
        return sum(losses) / len(losses) if losses else float("nan")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pretrains a tiny Qwen3 on the arrays of prepare.py.")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="nano", choices=["nano", "small", "smoke"])
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=65536, help="tokens a step")
    parser.add_argument("--general", type=int, default=8, help="epochs of general text in stage A")
    parser.add_argument("--chat", type=int, default=8, help="epochs of the chats in stage A")
    parser.add_argument("--final", type=int, default=2, help="epochs of stage B; more overfits")
    parser.add_argument("--seconds", type=float, default=600, help="fewer epochs of stage A when it would take longer")
    parser.add_argument("--limit", type=int, help="read at most so many tokens of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    return parser.parse_args()


def main() -> None:
    options = parse()
    started = time.monotonic()
    rng = np.random.default_rng(options.seed)
    torch.manual_seed(options.seed)
    torch.set_float32_matmul_precision("high")
    general = np.load(options.data / "general.npy")[: options.limit]
    chats, held_out = (Chats(**np.load(options.data / f"chat.{split}.npz")) for split in ("train", "val"))
    most = options.limit and options.limit // CONTEXT_B
    final_x, final_y = chats.padded(np.flatnonzero(chats.is_final)[:most], CONTEXT_B)
    val_x, val_y = held_out.padded(np.flatnonzero(held_out.is_haiku)[:most], CONTEXT_B)
    per_a, per_b = max(1, options.batch // CONTEXT_A), max(1, options.batch // CONTEXT_B)
    steps_b = options.final * len(final_x) // per_b

    vocab_size = json.loads((options.data / "tokenizer" / "tokenizer.json").read_text())["model"]["vocab"]
    net = Qwen3(make_config(options.size, len(vocab_size), END_ID, PAD_ID))
    trainer = Trainer(net, options.lr, options.device)
    print(f"{options.size}: {sum(p.numel() for p in net.parameters()):,} parameters", flush=True)

    rows = stage_a_rows(general, chats, (1, 1), rng, options.limit)
    trial = torch.from_numpy(rows[:per_a].astype(np.int32))
    trainer.seconds_per_step(final_x[:per_b], final_y[:per_b])
    per_step = trainer.seconds_per_step(trial[:, :-1], trial[:, 1:])
    chat_tokens = min(len(chats.ids), options.limit or len(chats.ids))
    planned = (options.general * len(general) + options.chat * chat_tokens) / options.batch
    room = (options.seconds - (time.monotonic() - started)) / per_step - steps_b
    share = min(1.0, room / max(1.0, planned))
    epochs = max(1, round(options.general * share)), max(1, round(options.chat * share))
    print(
        f"ready after {time.monotonic() - started:.1f} s; {per_step * 1e3:.1f} ms a step, {options.batch / per_step:,.0f} tokens/s; "
        f"stage A: {epochs[0]} epochs of text, {epochs[1]} of chats; stage B: {options.final} epochs",
        flush=True,
    )

    log, clock, tokens = [], time.monotonic(), 0

    def report(stage: str, step: int, steps: int, every: int, loss: torch.Tensor) -> None:
        if step % every and step < steps - 1:
            return
        validation = trainer.validate(val_x, val_y, per_b)
        seconds = time.monotonic() - clock
        row = dict(stage=stage, step=step, of=steps, tokens=tokens, seconds=round(seconds, 1), loss=round(loss.item(), 4))
        log.append(row | dict(validation=round(validation, 4)))
        print(json.dumps(log[-1]), flush=True)

    rows = stage_a_rows(general, chats, epochs, rng, options.limit)
    steps_a = len(rows) // per_a
    for step in range(steps_a):
        batch = torch.from_numpy(rows[step * per_a : (step + 1) * per_a].astype(np.int32))
        loss = trainer.step(batch[:, :-1], batch[:, 1:], options.lr * min(1, (step + 1) / 200))
        tokens += per_a * CONTEXT_A
        report("A", step, steps_a, max(1, steps_a // 12), loss)
    order = torch.from_numpy(np.concatenate([rng.permutation(len(final_x)) for _ in range(options.final)]))
    for step in range(steps_b):
        pick = order[step * per_b : (step + 1) * per_b]
        loss = trainer.step(final_x[pick], final_y[pick], options.lr * 0.8 * (1 - step / steps_b))
        tokens += per_b * CONTEXT_B
        report("B", step, steps_b, max(1, steps_b // 6), loss)

    save(net, options.out)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(options.data / "tokenizer" / name, options.out / name)
    seconds = round(time.monotonic() - started, 1)
    settings = {name: value if isinstance(value, (int, float, type(None))) else str(value) for name, value in vars(options).items()}
    (options.out / "pretrain.json").write_text(json.dumps(dict(options=settings, epochs=epochs, seconds=seconds, log=log), indent=1))
    size = (options.out / "model.safetensors").stat().st_size
    print(f"done in {seconds} s: {options.out} with {size:,} bytes of weights", flush=True)


if __name__ == "__main__":
    main()
