"""The commit that a checkout is at, as a part of the version.

Imports nothing of ours: the build of the package reads it as a file, where our libraries are not installed.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

_PATIENCE = 5.0


def version_at(tree: Path, release: str) -> str:
    """The release where the checkout is tagged as it, else with the commit, as a local version (PEP 440).

    `tree` is the root of a checkout. Where git does not answer, the release alone: `0.2.0`, `0.2.0+g1a2b3c4d`.
    """
    command = ["git", "-C", str(tree), "describe", "--always", "--tags", "--abbrev=8", "--match", f"v{release}"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return release
    return release if said == f"v{release}" else f"{release}+g{said.rpartition('-g')[2] or said}"
