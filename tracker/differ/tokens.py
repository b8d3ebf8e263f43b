"""Text to tokens and back without loss: words, white-space runs, single graphemes.

A token never begins or ends inside a grapheme cluster (UAX 29), so no edit can cut a letter from its accent or an
emoji in two.
"""

from __future__ import annotations

import regex

LONGEST = 64
"""Graphemes in the longest token: a hundred-kilobyte "word" must not count as one change."""

_SINGLE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_HAN_SCALES = "百千万萬億亿兆"
_HAN_DIGITS = "〇零一二三四五六七八九十两兩" + _HAN_SCALES
_TOKEN = regex.compile(
    rf"""
    [{_HAN_DIGITS}]{{2,}}+\p{{M}}*                              # a number in Chinese characters, whole: 百八十六
  | \p{{Nd}}+(?:[.,]\p{{Nd}}+)*(?:[{_HAN_SCALES}]+\p{{Nd}}*)+\p{{M}}*   # and one that has both: 1億2000万
  | [{_SINGLE}]\p{{M}}*                                        # scripts without spaces: one character each
  | (?:(?![{_SINGLE}])[\p{{L}}\p{{N}}_])
    (?:(?![{_SINGLE}])[\p{{L}}\p{{N}}\p{{M}}_\u200d\u00ad])*   # a word
    (?:['’.,·:](?=[\p{{L}}\p{{N}}])(?![{_SINGLE}])
       (?:(?![{_SINGLE}])[\p{{L}}\p{{N}}\p{{M}}_])+)*          # don't, U.S, 1,200.5, 10:30
  | \s+
  | \X
    """,
    regex.VERBOSE | regex.VERSION0,
)
_GRAPHEME = regex.compile(r"\X")
# Everything that can join a cluster from the right or the left; without any of it each token edge is a cluster edge.
_JOINING = regex.compile(
    r"[\p{M}\p{Cf}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Thai}\p{Lao}\uff9e\uff9f\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"
    r"|[\p{Grapheme_Cluster_Break=Prepend}\p{Grapheme_Cluster_Break=SpacingMark}]"
)
_WORD = regex.compile(r"[\p{L}\p{N}_]")
_CONTENT_FREE = regex.compile(r"[^\p{L}\p{N}\p{M}]+")


def tokenise(text: str) -> list[str]:
    """Split a text into tokens whose concatenation is the text."""
    tokens: list[str] = _TOKEN.findall(text)
    if _JOINING.search(text):
        tokens = _mend(text, tokens)
    if any(len(token) > LONGEST for token in tokens):
        tokens = [piece for token in tokens for piece in _capped(token)]
    return tokens


def words(text: str) -> list[str]:
    """The tokens that hold a letter or a digit."""
    return [token for token in tokenise(text) if is_word(token)]


def is_word(token: str) -> bool:
    """True when a token holds a letter or a digit."""
    return token[:1].isalnum() or not (token.isspace() or _WORD.search(token) is None)


def letters(text: str) -> str:
    """The letters, digits and marks of a text: what is left when typography is ignored."""
    return _CONTENT_FREE.sub("", text)


def grapheme_edges(text: str) -> set[int]:
    """The code point offsets at which the text may be cut."""
    return {0, *(match.end() for match in _GRAPHEME.finditer(text))}


def may_join(text: str) -> bool:
    """True when a text holds characters that could join a grapheme cluster across a naive cut."""
    return bool(_JOINING.search(text)) or "\r" in text


def _mend(text: str, tokens: list[str]) -> list[str]:
    """Glue tokens whose common edge lies inside a grapheme cluster."""
    edges = grapheme_edges(text)
    mended: list[str] = []
    position = start = 0
    for token in tokens:
        position += len(token)
        if position in edges:
            mended.append(text[start:position])
            start = position
    return mended


def _capped(token: str) -> list[str]:
    """A token in pieces of at most LONGEST graphemes; a grapheme itself is never cut."""
    if len(token) <= LONGEST:
        return [token]
    graphemes = _GRAPHEME.findall(token)
    return ["".join(graphemes[i : i + LONGEST]) for i in range(0, len(graphemes), LONGEST)]
