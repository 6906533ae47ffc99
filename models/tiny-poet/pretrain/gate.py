"""Samples poems on the held-out topics with transformers and tells whether the model passes the gate.

  python gate.py MODEL DATA [--device cuda] [--samples 8]        exits 1 when it does not pass

DATA is what prepare.py wrote (gate.json).
"""

import argparse
import collections
import json
import math
import re
import statistics
import sys
import time
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

SYSTEM = "You are a haiku poet. Write a haiku about the given topic. Use the 5-7-5 syllable format across three lines."
# measure -> lowest, highest
BOUNDS = {"three lines": (0.97, 1), "topic named": (0.6, 1), "mean score": (-4.5, -2.5), "exact": (0.02, 0.12)}


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n") if line.strip()]


def syllables(word: str, table: dict[str, int]) -> int:
    """Counts by the dictionary, else by vowel groups less a final e."""
    word = word.lower()
    if word in table:
        return table[word]
    groups = len(re.findall("[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and groups > 1))


def score(text: str, table: dict[str, int]) -> int:
    """Returns minus the distance from 5-7-5, or -10 when there are not three lines."""
    lines = lines_of(text)
    if len(lines) != 3:
        return -10
    counts = [sum(syllables(word, table) for word in re.findall("[a-zA-Z]+", line)) for line in lines]
    return -sum(abs(count - wanted) for count, wanted in zip(counts, (5, 7, 5), strict=True))


def names_topic(text: str, topic: str) -> bool:
    """Tells whether every word of the topic is there, singular or plural."""
    words = set(re.findall("[a-z]+", text.lower()))
    return all(words & {w, w + "s", w + "es", w.removesuffix("s")} for w in topic.lower().split())


def sample(folder: Path, topics: list[str], samples: int, device: str, seed: int) -> list[tuple[str, str]]:
    """Returns (topic, poem) pairs at temperature 1."""
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    net = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    torch.manual_seed(seed)
    poems = []
    for start in range(0, len(topics), 25):
        part = [topic for topic in topics[start : start + 25] for _ in range(samples)]
        turns = [
            [dict(role="system", content=SYSTEM), dict(role="user", content=f"Write a haiku about {topic}.")]
            for topic in part
        ]
        texts = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        inputs = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False).to(device)
        out = net.generate(
            input_ids=inputs.input_ids, attention_mask=inputs.attention_mask,
            do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=48,
        )  # fmt: skip
        answers = tokenizer.batch_decode(out[:, inputs.input_ids.shape[1] :], skip_special_tokens=True)
        poems += zip(part, answers, strict=True)
    return poems


def measure(poems: list[tuple[str, str]], table: dict[str, int], answers: list[str]) -> dict[str, float]:
    scores, by_topic, pairs = [], collections.defaultdict(list), []
    for topic, poem in poems:
        scores.append(score(poem, table))
        by_topic[topic].append(scores[-1])
        words = re.findall("[a-z']+", poem.lower())
        pairs += zip(words, words[1:])
    three = [lines for _, poem in poems if len(lines := lines_of(poem)) == 3]
    known = {line for answer in answers for line in lines_of(answer)}
    every = [line for _, poem in poems for line in lines_of(poem)]
    # The commonest line at any one place: a policy can lock lines two and three alone.
    commonest = max(collections.Counter(lines[i] for lines in three).most_common(1)[0][1] for i in range(3)) if three else 0
    means = [statistics.mean(values) for values in by_topic.values()]
    return {
        "three lines": len(three) / len(poems),
        "topic named": statistics.mean(names_topic(poem, topic) for topic, poem in poems),
        "mean score": statistics.mean(scores),
        "standard error over topics": statistics.stdev(means) / math.sqrt(len(means)),
        "exact": scores.count(0) / len(poems),
        "distinct-2": len(set(pairs)) / max(1, len(pairs)),
        "commonest line": commonest / len(poems),
        "single lines verbatim in the chats": sum(line in known for line in every) / max(1, len(every)),
        "whole poems verbatim in the chats": statistics.mean(poem.strip() in set_of for set_of in [set(answers)] for _, poem in poems),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks a model folder against the gate.")
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--samples", type=int, default=8, help="poems a topic")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1234)
    options = parser.parse_args()
    known = json.loads((options.data / "gate.json").read_text())
    started = time.monotonic()
    poems = sample(options.model, known["topics"], options.samples, options.device, options.seed)
    measures = measure(poems, known["syllables"], known["answers"])
    for topic, poem in poems[:: max(1, len(poems) // 10)]:
        print(f"[{topic}] {' / '.join(lines_of(poem))}")
    failed = []
    for name, value in measures.items():
        low, high = BOUNDS.get(name, (-math.inf, math.inf))
        if not low <= value <= high:
            failed.append(name)
        print(f"{name:36} {value:8.3f}" + (f"   gate {low} to {high}" if name in BOUNDS else ""))
    print(f"{len(poems)} poems in {time.monotonic() - started:.1f} s: " + (f"fails on {', '.join(failed)}" if failed else "passes"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
