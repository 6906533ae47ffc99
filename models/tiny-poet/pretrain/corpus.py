"""Reads the corpus folder and decides what is trained on; standard library only. README.md shows the layout."""

import collections
import json
import lzma
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Their rights were not checked: a 1955 translation, and two Buson poems.
EXCLUDED_KINDS = ("haiku/classical_beilenson",)
EXCLUDED_POETS = ("poem/Buson",)
# Found poems whose line breaks are more awkward than this stay out of stage B.
HIGHEST_FINAL_COST = -1
DEFINITION = re.compile(r"(?:What does|Define|meaning of) ([a-z]+)")


@dataclass(frozen=True)
class Chat:
    """One conversation of the training data."""

    messages: list[tuple[str, str]]
    kind: str
    topic: str | None
    is_final: bool  # read again in stage B

    @property
    def answer(self) -> str:
        return self.messages[-1][1]

    @property
    def is_haiku(self) -> bool:
        return self.kind.startswith("haiku")


def rows(folder: Path, name: str) -> Iterator[dict]:
    """Yields the rows of NAME.jsonl or NAME.jsonl.xz."""
    plain, packed = folder / f"{name}.jsonl", folder / f"{name}.jsonl.xz"
    path = plain if plain.exists() else packed
    if not path.exists():
        raise SystemExit(f"the corpus has neither {plain} nor {packed.name}; README.md shows the layout it needs")
    with open(path, encoding="utf8") if path == plain else lzma.open(path, "rt", encoding="utf8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise SystemExit(f"{path} line {number} is not JSON: {error}; mend or remove that line") from None


def topics(folder: Path, split: str) -> list[str]:
    return [t for t in (folder / f"topics.{split}.txt").read_text(encoding="utf8").split("\n") if t]


def syllable_table(index_js: Path) -> dict[str, int]:
    """Reads word -> syllables of its first pronunciation from npm's cmu-pronouncing-dictionary/index.js."""
    entry = re.compile(r'^\s*(?:"([^"]+)"|([a-z]+)): "([^"]+)",?$')
    table = {}
    for line in index_js.read_text(encoding="utf8").split("\n"):
        match = entry.match(line)
        if match and re.fullmatch(r"[a-z]+", match[1] or match[2]):
            table[match[1] or match[2]] = sum(phone[-1].isdigit() for phone in match[3].split())
    return table


def general_texts(folder: Path) -> list[str]:
    """Returns prose, then poems."""
    every = (row for name in ("prose", "poems") for row in rows(folder / "general", name))
    return [row["text"] for row in every if not row["source"].startswith(EXCLUDED_POETS)]


def chats(folder: Path, split: str, table: dict[str, int]) -> list[Chat]:
    """Returns the conversations of a split; 'train' also gets the topic swaps."""
    cost = {row["text"]: row["cost"] for row in rows(folder / "haiku", "found_pd")}
    kept = []
    for row in rows(folder / "chat", f"chat.{split}"):
        if row["kind"] not in EXCLUDED_KINDS:
            messages = [(m["role"], m["content"]) for m in row["messages"]]
            is_final = cost.get(messages[-1][1], HIGHEST_FINAL_COST) <= HIGHEST_FINAL_COST
            kept.append(Chat(messages, row["kind"], row.get("topic"), is_final))
    if split == "train":
        held_out = {word for topic in topics(folder, "eval") for word in topic.split()}
        kept += list(topic_swaps(kept, table, held_out))
    return kept


def topic_swaps(items: list[Chat], table: dict[str, int], held_out: set[str]) -> Iterator[Chat]:
    """Yields copies of the grammar poems about another noun of as many syllables.

    They teach copying the topic out of the request and leave the syllable counts as they were. Nouns of the held-out
    topics are never put in.
    """
    rng, nouns = random.Random(7), set()
    for chat in items:
        asked = DEFINITION.search(chat.messages[0][1]) if chat.kind == "define" else None
        noun = asked[1] if asked else chat.topic
        if noun and re.fullmatch("[a-z]+", noun):
            nouns.add(noun)

    def shape(word: str) -> tuple:
        return table.get(word), word.endswith("s"), word[0] in "aeiou"

    pool = collections.defaultdict(list)
    for noun in sorted(nouns - held_out):
        pool[shape(noun)].append(noun)
    for chat in items:
        if chat.kind != "haiku/grammar_cc0":
            continue
        old = chat.topic.split()[-1]
        new = rng.choice(pool[shape(old)] or [old])
        if new != old and old in table and re.search(rf"\b{old}\b", chat.answer):
            messages = [(r, c if r == "system" else re.sub(rf"\b{old}\b", new, c)) for r, c in chat.messages]
            yield Chat(messages, "haiku/grammar_cc0+swap", None, True)
