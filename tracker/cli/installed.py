"""What is installed here: the version with its commit where there is one, and the files that come with the package."""

from __future__ import annotations

from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

import tracker
from tracker import __version__
from tracker.cli.commit import version_at
from tracker.errors import TrackerError


@cache
def version() -> str:
    """The release; between releases with the commit: `0.2.0+g1a2b3c4d`. A checkout is asked, a package remembers."""
    tree = Path(tracker.__file__).parents[1]
    if not (tree / ".git").exists():
        try:
            return metadata.version("article-tracker")
        except metadata.PackageNotFoundError:
            return __version__
    return version_at(tree, __version__)


def shipped(*path: str) -> Traversable:
    """A file or folder that comes with tracker: inside the installed package, or beside it in a source tree.

    Raises TrackerError where it is missing.
    """
    for place in (resources.files(tracker), Path(tracker.__file__).parents[1]):
        found = place.joinpath(*path)
        if found.is_file() or found.is_dir():
            return found
    raise TrackerError(f"{'/'.join(path)} is missing from this installation of tracker: install it anew")
