"""What a build adds to the package: its version, a long description whose links lead somewhere, and the manual pages.

TRACKER_ADDRESS, the address of the repository (`https://forge.example/desk/tracker`), makes the README's relative links
absolute and names the project's pages. Without it those links become plain text, and the documents in the package say
the same.
"""

from __future__ import annotations

import importlib.util
import os
import re
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)]+)\)")


def read_version(root: Path) -> str:
    """The release in `tracker/__init__.py`; between releases with the commit, as a local version (PEP 440).

    A source archive says what it was made as: there is no git in it.
    """
    made = root / "PKG-INFO"
    if made.is_file() and (found := re.search(r"(?m)^Version: (\S+)", made.read_text("utf-8"))):
        return found[1]
    release = re.search(r'__version__ = "([^"]+)"', (root / "tracker/__init__.py").read_text("utf-8"))
    if release is None:
        raise ValueError("tracker/__init__.py: no __version__")
    if not (root / ".git").exists():
        return release[1]
    at: str = _module("commit").version_at(root, release[1])
    return at


def _module(name: str) -> ModuleType:
    """A module of the command line that imports nothing of ours: our libraries are not installed where we build."""
    path = Path(__file__).with_name("tracker") / "cli" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def described(readme: str, address: str, release: str) -> str:
    """The README as an index shows it: relative links lead into the release at `address`, or are plain text."""

    def link(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        if not address:
            return "" if picture else words
        return f"{picture}[{words}]({address}/{'raw' if picture else 'blob'}/v{release}/{target})"

    return _LINK.sub(link, readme)


class CustomMetadataHook(MetadataHookInterface):
    """The version, the long description and the project's addresses."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in what pyproject.toml calls dynamic."""
        root, address = Path(self.root), os.environ.get("TRACKER_ADDRESS", "").rstrip("/")
        version = read_version(root)
        metadata["version"] = version
        text = described((root / "README.md").read_text("utf-8"), address, version.partition("+")[0])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        if address:
            metadata["urls"] = {
                "Homepage": address,
                "Documentation": f"{address}/tree/v{version.partition('+')[0]}/docs",
                "Changelog": f"{address}/blob/v{version.partition('+')[0]}/CHANGELOG.md",
                "Issues": f"{address}/issues",
            }


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """The manual pages, made of docs/cli.md, in share/man of the environment that the wheel is put into."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the pages where the wheel takes them from."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        folder = Path(tempfile.mkdtemp(prefix="tracker-man-"))
        pages = _module("manual").pages((root / "docs/cli.md").read_text("utf-8"), self.metadata.version)
        for name, page in pages.items():
            (folder / name).write_text(page, "utf-8")
        build_data["shared_data"][str(folder)] = "share/man/man1"
