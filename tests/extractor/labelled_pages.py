"""The labelled pages of `labelled/`: small ones in twelve languages, each with what a reader would call the article.

A case of `pages.yaml` is a page in a language of `stories.yaml`. In its HTML, `{h}` is the headline, `{s}` the
standfirst, `{p1}` … `{p5}` the paragraphs, `{body}` all of them as `<p>`, and `{oh}`, `{o1}` … `{o4}` and `{other}` the
same of another story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "labelled"
_NAME = re.compile(r"\{([a-z]+\d?)\}")


@dataclass(frozen=True, slots=True)
class Case:
    """One page and what it says; a trap holds something that looks like the article, or hides a part of it.

    `expected` may name `body` (texts in order), `headline`, `byline`, `date`, `notices` and `unsure`.
    """

    name: str
    kind: str
    trap: bool
    language: str
    url: str
    html: str
    expected: dict[str, Any]


def cases() -> list[Case]:
    """Every labelled page."""
    stories = yaml.safe_load((_FOLDER / "stories.yaml").read_text("utf-8"))
    return [
        _case(row, _texts(stories[row["lang"].split("-")[0]]))
        for row in yaml.safe_load((_FOLDER / "pages.yaml").read_text("utf-8"))
    ]


def _texts(story: dict[str, Any]) -> dict[str, str]:
    texts = {name: story[name] for name in ("h", "s", "oh")}
    for name in ("p", "o"):
        texts |= {f"{name}{n}": text for n, text in enumerate(story[name], 1)}
    texts["body"] = "".join(f"<p>{text}</p>" for text in story["p"])
    texts["other"] = "".join(f"<p>{text}</p>" for text in story["o"])
    return texts


def _case(row: dict[str, Any], texts: dict[str, str]) -> Case:
    def fill(text: str) -> str:
        return _NAME.sub(lambda match: texts[match[1]] if match[1] in texts else match[0], text)

    head = f"<title>{{h}} - {row.get('site', 'Example')}</title>{row.get('head', '')}"
    head = f'<html lang="{row["lang"]}"><head><meta charset="utf-8">{head}</head>'
    html = f"<!doctype html>{head}<body>{row['page']}</body></html>"
    body = row.get("body", "p1 p2 p3 p4 p5")
    lines = [fill(f"{{{part}}}") for part in body.split()] if isinstance(body, str) else [fill(line) for line in body]
    expected = {"body": lines, "headline": fill(row.get("headline", "{h}"))}
    expected |= {name: row[name] for name in ("byline", "date", "notices", "unsure", "captions") if name in row}
    if "notices" in expected:
        expected["notices"] = [fill(text) for text in expected["notices"]]
    url = row.get("url", "https://www.example.org/news/a-story")
    return Case(row["name"], row["kind"], bool(row.get("trap")), row["lang"], url, fill(html), expected)
