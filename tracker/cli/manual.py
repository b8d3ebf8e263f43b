"""Manual pages from the text of docs/cli.md: one for the program, one for each command.

Imports nothing of ours: the build of the package reads it as a file, where our libraries are not installed.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(r"(?ms)^#{2,3} (tracker(?: [\w-]+)*)\n\n```text\n(.*?)^```$")
_OPENING = re.compile(r"(?s)\A# [^\n]*\n(.*?)^## ", re.MULTILINE)


def pages(reference: str, version: str) -> dict[str, str]:
    """{`tracker-diff.1`: its roff} of every command that docs/cli.md shows, and `tracker.1` with all that is common."""
    blocks = {command: text.rstrip() for command, text in _BLOCK.findall(reference)}
    opening = _OPENING.match(reference)
    common = opening[1].strip() if opening else ""
    others = sorted(name.replace(" ", "-") for name in blocks)
    found = {}
    for command, text in blocks.items():
        name = command.replace(" ", "-")
        parts = [_head(name, version, _summary(text)), ".SH DESCRIPTION", _verbatim(text)]
        if command == "tracker":
            parts += [".SH NOTES", _verbatim(_plain(common))]
        related = [other for other in others if other != name and (command == "tracker" or other == "tracker")]
        parts += [".SH SEE ALSO", ", ".join(rf".BR {_escaped(other)} (1)".removeprefix(".BR ") for other in related)]
        found[f"{name}.1"] = "\n".join(parts) + "\n"
    return found


def _head(name: str, version: str, summary: str) -> str:
    title = f'.TH "{_escaped(name.upper())}" "1" "" "tracker {_escaped(version)}" "tracker"'
    return f"{title}\n.SH NAME\n{_escaped(name)} \\- {_escaped(summary)}"


def _summary(text: str) -> str:
    """The first sentence of a command's help, below its usage."""
    _, _, below = text.partition("\n\n")
    return " ".join(below.partition("\n\n")[0].split()).rstrip(".")


def _plain(markdown: str) -> str:
    """Markdown as people read it on a terminal: no marks of code, no lines that only draw a table."""
    lines = [line for line in markdown.splitlines() if not re.fullmatch(r"\|[-| ]+\|", line)]
    return "\n".join(re.sub(r"^\| (.*) \|$", r"\1", line).replace("`", "") for line in lines)


def _verbatim(text: str) -> str:
    return ".nf\n" + "\n".join(_escaped(line) for line in text.splitlines()) + "\n.fi"


def _escaped(text: str) -> str:
    """Text as roff takes it: no line of it is a command, no sign of it an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
