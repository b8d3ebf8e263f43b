"""Everything on a page that is not the story and changes with every request."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files

import yaml

from tracker.model.plain import JsonObject
from tracker.newsroom.story import Story


@cache
def tables() -> Mapping[str, JsonObject]:
    """The words of the furniture, by language (`furniture.yaml`)."""
    loaded: Mapping[str, JsonObject] = yaml.safe_load((files("tracker.newsroom") / "furniture.yaml").read_text("utf-8"))
    return loaded


class Furniture:
    """The furniture of one request: the same seed and request number give the same furniture, byte for byte."""

    def __init__(self, seed: int, request: int, language: str):
        self._random = random.Random(f"{seed}/{request}")
        self.request = request
        self.words = tables()[language]

    def say(self, name: str) -> str:
        """A fixed label, escaped; of a list, one of it."""
        value = self.words[name]
        return escape(value if isinstance(value, str) else self._random.choice(value))

    def count(self, name: str, low: int, high: int) -> str:
        """A label with a fresh number in it."""
        return escape(str(self.words[name]).format(n=self._random.randint(low, high)))

    def nonce(self) -> str:
        """A fresh token."""
        return f"{self._random.getrandbits(96):024x}"

    def css(self, prefix: str = "css-") -> str:
        """A class name as a build tool makes it, other on every request."""
        alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
        return prefix + "".join(self._random.choices(alphabet, k=6))

    def teasers(self, count: int) -> list[str]:
        """A few headlines of stories that nobody wrote, escaped."""
        return [escape(t) for t in self._random.sample(self.words["teasers"], count)]

    def some(self, stories: Sequence[Story], count: int) -> list[Story]:
        """A few of the outlet's stories."""
        return self._random.sample(list(stories), min(count, len(stories)))

    def number(self, low: int, high: int) -> int:
        """A fresh number."""
        return self._random.randint(low, high)
