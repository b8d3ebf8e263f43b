"""OPML: the list of feeds that feed readers exchange (opml.org, versions 1.0 to 2.0)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from tracker.discovery import urls, xml
from tracker.errors import Unreadable

MAX_FEEDS = 5000
"""Most feeds taken from one file."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in an OPML file: its name, its address, its site's address, and the folders it lies in."""

    name: str
    feed: str
    home: str
    folders: tuple[str, ...]


def read(body: bytes) -> list[Subscription]:
    """The feeds of an OPML file, each once. Raises Unreadable when it is none, or an attack."""
    xml.harmless(body)
    found: dict[str, Subscription] = {}
    folders: list[str] = []
    outlines = 0
    root = ""
    try:
        for event, element in xml.events(body):
            name = str(element.tag).rpartition("}")[2].lower()
            root = root or name
            if root != "opml":
                raise Unreadable(f"not an OPML file: the document is <{root[:40]}>")
            if name != "outline":
                continue
            if event == "end":
                folders.pop()
                continue
            outlines += 1
            attributes = {str(k).lower(): str(v) for k, v in element.attrib.items()}
            title = " ".join((attributes.get("title") or attributes.get("text") or "").split())[:200]
            if feed := _clean(attributes.get("xmlurl", "")):
                inside = tuple(f for f in folders if f)
                found.setdefault(feed, Subscription(title, feed, _clean(attributes.get("htmlurl", "")), inside))
                title = ""
            folders.append(title)
            if len(found) >= MAX_FEEDS:
                break
    except etree.LxmlError as error:
        if not found:
            raise Unreadable(f"not an OPML file: {error}") from error
    if not root:
        raise Unreadable("not an OPML file: there is no XML in it")
    return list(found.values())


def _clean(address: str) -> str:
    try:
        return urls.clean(address) if address else ""
    except ValueError:
        return ""
