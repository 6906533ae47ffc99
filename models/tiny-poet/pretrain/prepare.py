"""Turns a corpus folder into the token arrays that pretrain.py reads, and trains the tokenizer.

  python prepare.py CORPUS DATA [--cmudict INDEX_JS] [--tokenizer FOLDER]

Two to four minutes and 2 GB of memory on two cores. DATA gets tokenizer/, general.npy, chat.train.npz, chat.val.npz and
what gate.py needs (gate.json).
"""

import argparse
import itertools
import json
import shutil
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import corpus

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
VOCAB_SIZE = 4096
CONTEXT = 512
# Qwen's split without its inline (?i:) flag, which older JavaScript engines refuse; newlines never join punctuation.
SPLIT = (
    r"'(?:s|t|re|ve|m|ll|d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CMUDICT = Path(__file__).resolve().parents[3] / "node_modules" / "cmu-pronouncing-dictionary" / "index.js"


def render_prompt(messages: list[tuple[str, str]]) -> str:
    """Renders ChatML up to the assistant's turn, the same bytes as TEMPLATE."""
    turns = "".join(f"<|im_start|>{role}\n{content}<|im_end|>\n" for role, content in messages)
    return turns + "<|im_start|>assistant\n"


def train_tokenizer(texts: list[str], folder: Path) -> None:
    """Trains a byte-level BPE with digits split and writes tokenizer.json and tokenizer_config.json."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCAB_SIZE,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
            special_tokens=[AddedToken(s, special=True, normalized=False) for s in SPECIALS],
        ),
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = dict(
        tokenizer_class="PreTrainedTokenizerFast", model_max_length=CONTEXT, clean_up_tokenization_spaces=False,
        bos_token=None, eos_token="<|im_end|>", pad_token="<|endoftext|>", unk_token=None, chat_template=TEMPLATE,
    )  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2))


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """Encodes a thousand texts at a time: an Encoding holds offsets and more, many times the size of its ids."""
    parts = (texts[i : i + 1000] for i in range(0, len(texts), 1000))
    return [e.ids for part in parts for e in tokenizer.encode_batch(part, add_special_tokens=False)]


def write_chats(tokenizer: Tokenizer, items: list[corpus.Chat], path: Path) -> None:
    """Writes conversations end to end: ids, where each ends, how long its prompt is, and two marks."""
    end = tokenizer.token_to_id(SPECIALS[2])
    prompts = encode(tokenizer, [render_prompt(c.messages[:-1]) for c in items])
    answers = encode(tokenizer, [c.answer for c in items])
    whole = [prompt + answer + [end] for prompt, answer in zip(prompts, answers, strict=True)]
    ends = np.cumsum([len(ids) for ids in whole])
    np.savez(
        path,
        ids=np.fromiter(itertools.chain.from_iterable(whole), np.uint16, ends[-1]),
        ends=ends,
        prompt=np.array([len(ids) for ids in prompts]),
        is_final=np.array([c.is_final for c in items]),
        is_haiku=np.array([c.is_haiku for c in items]),
    )
    poems = [len(a) for a, c in zip(answers, items, strict=True) if c.is_haiku]
    print(f"{path.name}: {len(items):,} conversations, {ends[-1]:,} tokens, mean haiku {np.mean(poems):.1f} tokens")


def main() -> None:
    parser = argparse.ArgumentParser(description="Turns a corpus folder into token arrays.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cmudict", type=Path, default=CMUDICT, help="npm cmu-pronouncing-dictionary's index.js")
    parser.add_argument("--tokenizer", type=Path, help="a folder with a tokenizer to keep instead of training one")
    options = parser.parse_args()
    table = corpus.syllable_table(options.cmudict)
    general = corpus.general_texts(options.corpus)
    chats = {split: corpus.chats(options.corpus, split, table) for split in ("train", "val")}
    folder = options.data / "tokenizer"
    if options.tokenizer:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(options.tokenizer / name, folder / name)
    else:
        contents = [content for chat in chats["train"] for role, content in chat.messages if role != "system"]
        train_tokenizer(general[::2] + contents, folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    separator = tokenizer.token_to_id(SPECIALS[0])
    ids = [token for text in encode(tokenizer, general) for token in (*text, separator)]
    np.save(options.data / "general.npy", np.array(ids, np.uint16))
    print(f"vocabulary {tokenizer.get_vocab_size()}; general.npy: {len(general):,} texts, {len(ids):,} tokens")
    for split, items in chats.items():
        write_chats(tokenizer, items, options.data / f"chat.{split}.npz")
    answers = sorted({c.answer for items in chats.values() for c in items})
    gate = dict(syllables=table, topics=corpus.topics(options.corpus, "eval"), answers=answers)
    (options.data / "gate.json").write_text(json.dumps(gate))


if __name__ == "__main__":
    main()
