"""What is installed here: the version with its commit where there is one, and the files that come with the package."""

from __future__ import annotations

import subprocess
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

import tracker
from tracker import __version__
from tracker.errors import TrackerError

_PATIENCE = 5.0


@cache
def version() -> str:
    """The release; between releases with the commit: `0.2.0+g1a2b3c4d`. A checkout is asked, a package remembers."""
    tree = Path(tracker.__file__).parents[1]
    if not (tree / ".git").exists():
        try:
            return metadata.version("article-tracker")
        except metadata.PackageNotFoundError:
            return __version__
    command = ["git", "-C", str(tree), "describe", "--always", "--tags", "--abbrev=8", "--match", f"v{__version__}"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return __version__
    return __version__ if said == f"v{__version__}" else f"{__version__}+g{said.rpartition('-g')[2] or said}"


def shipped(*path: str) -> Traversable:
    """A file or folder that comes with tracker: inside the installed package, or beside it in a source tree.

    Raises TrackerError where it is missing.
    """
    for place in (resources.files(tracker), Path(tracker.__file__).parents[1]):
        found = place.joinpath(*path)
        if found.is_file() or found.is_dir():
            return found
    raise TrackerError(f"{'/'.join(path)} is missing from this installation of tracker: install it anew")
