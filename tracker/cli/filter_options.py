"""The words of the filter as options of a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from tracker.cli.moments import in_order
from tracker.config.filter_words import WORDS, read_filter, read_word
from tracker.config.moments import EXAMPLES
from tracker.errors import UsageError
from tracker.model import ChangeFilter, Told


class WordOf(click.ParamType[Any]):
    """A word of the filter, checked as it is given: the value stays as it was written."""

    def __init__(self, word: str) -> None:
        self.word, self.name = word, word

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value, when it means something. Fails with what may stand there."""
        said = str(value).strip()
        try:
            read_word(self.word, [said], datetime.now(UTC))
        except ValueError as error:
            self.fail(f"{said!r} {error}", param, ctx)
        return said


_OPTIONS = {
    "source": "Only this source (its id); several times for one of several.",
    "since": f"Seen at or after: {EXAMPLES}.",
    "until": "Seen before, written the same way; a day is included whole.",
    "class": "This class or a higher one.",
    "score": "Only changes that score so much.",
    "tag": "Only changes with this tag: number, name, quote, headline …; several times for all of them.",
    "field": "Only changes of the headline, standfirst, byline, section or body.",
    "notice": "Only changes that came with this kind of notice.",
    "grep": "Only changes with these words (a pattern, in any case) in headline, summary or a changed paragraph.",
    "added": "Only changes that brought these words into a paragraph or headline.",
    "removed": "Only changes that took these words out.",
    "voice": "Only changes that tell something of this speaker: no longer quoted, new, another verb.",
}
_SPELT = {"score": "--min-score"}
_TOLD = {Told.SILENT: "silent", Told.AT_ONCE: "told", Told.LATER: "told_later"}


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The words of the filter as options of a command, which gets them by their own names."""
    for name, text in reversed(_OPTIONS.items()):
        among = WORDS[name].among
        kind = click.Choice(among) if among else None if WORDS[name].repeats else WordOf(name)
        several = WORDS[name].repeats
        spelt = _SPELT.get(name, f"--{name}")
        command = click.option(spelt, name.replace("class", "class_"), type=kind, help=text, multiple=several)(command)
    switches = (
        ("--same-edit", "same_edit", "The tags must stand on one and the same edit."),
        ("--silent", "silent", "Only changes that the reader was not told of, as far as was seen."),
        ("--told", "told", "Only changes that came with a notice or a moved date."),
        ("--told-later", "told_later", "Only changes that a later notice covered."),
        ("--all", "everything", "Noise and minor edits too."),
    )
    for spelt, name, text in reversed(switches):
        command = click.option(spelt, name, is_flag=True, help=text)(command)
    return command


def filter_of(options: Mapping[str, Any]) -> ChangeFilter:
    """The filter that the options of a command mean. Raises UsageError where they contradict one another."""
    said = {word: options[word.replace("class", "class_")] for word in _OPTIONS}
    words = {word: [value] if isinstance(value, str) else list(value) for word, value in said.items() if value}
    told = [kind for kind, name in _TOLD.items() if options[name]]
    if len(told) > 1:
        raise UsageError("--silent, --told and --told-later stand for one another: give one of them")
    wanted, _ = read_filter(words, datetime.now(UTC))
    in_order(wanted.since, wanted.until)
    told_as = told[0] if told else None
    return replace(wanted, told=told_as, same_edit=options["same_edit"], noise=options["everything"])
