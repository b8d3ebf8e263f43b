"""An empty history, made once per process and copied: migrating a new database is most of what a small test costs."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tracker.store import Store
from tracker.store.connection import captures_path


def fresh(path: Path) -> Path:
    """Put an empty history at `path` unless there is one; `path` again. Tests of opening do without."""
    if not path.exists():
        made = _made()
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(captures_path(made), captures_path(path))
        shutil.copyfile(made, path)
    return path


@cache
def _made() -> Path:
    folder = Path(mkdtemp(prefix="tracker-fresh-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Store.open(folder / "tracker.db", write=True).close()
    return folder / "tracker.db"
