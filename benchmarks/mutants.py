"""Would the tests notice? Small faults put into the source one at a time, each against the tests near it.

    python -m benchmarks.mutants [--each N] [--seed N] [--jobs N] [--room NAME ...] [--list]

Of each module a seeded sample of N mutants is drawn: a comparison that lets its border in or out, `and` for `or`, a
condition turned round or left out, a number one larger, a call or an answer left out. Each is written into a copy of
the tree, never into the checkout, and the tests of its room run there until the first that fails. A mutant whose tests
take five times as long as without it counts as killed: a hang is noticed. Prints what was killed and what survived for
each room, and each survivor with its place and the change. Some survivors mean the same as the original.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
SHORTEST, TIMES = 30.0, 5
"""A mutant may take so many seconds, or so many times what its tests take without it."""

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.BitOr: ("|", "&"),
    ast.BitAnd: ("&", "|"),
}


@dataclass(frozen=True, slots=True)
class Room:
    """What is mutated, and the tests that have to notice; paths from the root of the tree."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]


_OF_THE_DIFFER = tuple(
    f"tests/differ/test_{name}.py" for name in ("classify", "change", "sentences", "notices", "lag", "doubted")
)
ROOMS = {
    "alerts/rules": Room(("tracker/alerts/rules.py",), ("tests/alerts/test_rules.py",)),
    "web/query": Room(("tracker/web/query.py",), ("tests/web/test_query.py", "tests/web/test_latest.py")),
    "fetcher/guard": Room(
        ("tracker/fetcher/guard.py",), ("tests/fetcher/test_guard.py", "tests/fetcher/test_attacks.py")
    ),
    "scheduler/revisit": Room(
        ("tracker/scheduler/revisit",),
        tuple(f"tests/scheduler/test_{name}.py" for name in ("policy", "rate", "revisit", "fit")),
    ),
    "store/record": Room(
        ("tracker/store/history/record.py",),
        tuple(
            f"tests/store/test_{name}.py"
            for name in ("record", "writer", "versions", "articles", "captures", "later_notices")
        ),
    ),
    "pipeline": Room(("tracker/pipeline",), ("tests/pipeline",)),
    "differ/numbers": Room(
        ("tracker/differ/numbers",),
        ("tests/differ/numbers", "tests/differ/test_classify.py", "tests/differ/test_lag.py"),
    ),
    "differ/words": Room(("tracker/differ/words",), ("tests/differ/words", "tests/differ/test_classify.py")),
    "differ/matching": Room(
        ("tracker/differ/matching",), ("tests/differ/test_change.py", "tests/differ/test_properties.py")
    ),
    "differ": Room(("tracker/differ/*.py",), _OF_THE_DIFFER),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one file: the bytes from `start` to `end` become `new`."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str


def mutants(path: str, source: bytes) -> list[Mutant]:
    """Every mutant of a module, in the order of its text, each of which still parses."""
    tree = ast.parse(source)
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))

    def start(node: ast.expr | ast.stmt) -> int:
        return offsets[node.lineno - 1] + node.col_offset

    def end(node: ast.expr | ast.stmt) -> int:
        return offsets[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def text(node: ast.expr | ast.stmt) -> str:
        return source[start(node) : end(node)].decode()

    def made(node: ast.expr | ast.stmt, new: str) -> Mutant:
        return Mutant(path, node.lineno, start(node), end(node), text(node), new)

    def between(left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Mutant]:
        at = source.find(old.encode(), end(left), start(right))
        if at >= 0:
            shown = source[start(left) : end(right)].decode()
            there = at - start(left)
            changed = f"{source[start(left) : at].decode()}{new}{source[at + len(old.encode()) : end(right)].decode()}"
            if there > 0:
                yield Mutant(path, left.lineno, start(left), end(right), shown, changed)

    def turned(test: ast.expr) -> Mutant:
        return made(test, f"(not ({text(test)}))")

    def of(node: ast.AST) -> Iterator[Mutant]:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                for one, op, other in zip([left, *comparators], ops, comparators, strict=False):
                    yield from between(one, other, *_COMPARISONS[type(op)])
            case ast.BoolOp(op=op, values=values):
                for one, other in pairwise(values):
                    yield from between(one, other, *(("and", "or") if isinstance(op, ast.And) else ("or", "and")))
                for value in values:
                    yield made(value, "True" if isinstance(op, ast.And) else "False")
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC and not _is_text(left, right):
                yield from between(left, right, *_ARITHMETIC[type(op)])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield made(node, f"({text(operand)})")
            case ast.Constant(value=bool() as value):
                yield made(node, str(not value))
            case ast.Constant(value=int() | float() as value):
                yield made(node, str(value + 1))
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                yield turned(test)
            case ast.comprehension(ifs=ifs):
                yield from (made(one, "True") for one in ifs)
            case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
                yield made(value, "None")
            case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign():
                yield made(node, "pass")
            case ast.Break():
                yield made(node, "continue")
            case ast.Continue():
                yield made(node, "break")

    found = {m for node in _walk(tree) for m in of(node) if _parses(written(source, m))}
    return sorted(found, key=lambda m: (m.start, m.end, m.new))


def written(source: bytes, mutant: Mutant) -> bytes:
    """A module with a mutant in it."""
    return source[: mutant.start] + mutant.new.encode() + source[mutant.end :]


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but annotations, decorators, what is inside f-strings (its place is unknown) and words of errors."""
    yield node
    skipped = {"annotation", "returns", "decorator_list", "exc", "cause"}
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in skipped and not isinstance(child, ast.JoinedStr):
                yield from _walk(child)


def _is_text(*nodes: ast.expr) -> bool:
    return any(
        isinstance(n, ast.JoinedStr) or (isinstance(n, ast.Constant) and isinstance(n.value, str)) for n in nodes
    )


def _parses(source: bytes) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def sample(room: Room, each: int, seed: int) -> list[Mutant]:
    """Of each module of a room up to `each` mutants, the same ones for the same seed and source."""
    drawn: list[Mutant] = []
    for path in _modules(room):
        all_of_it = mutants(path, (ROOT / path).read_bytes())
        drawn += random.Random(f"{seed} {path}").sample(all_of_it, min(each, len(all_of_it)))
    return drawn


def _modules(room: Room) -> list[str]:
    """The files that a room's sources name: one, a folder with all below it, or a pattern."""
    found: list[Path] = []
    for source in room.sources:
        found += (ROOT / source).rglob("*.py") if (ROOT / source).is_dir() else ROOT.glob(source)
    return sorted(str(path.relative_to(ROOT)) for path in found)


def copy_of_the_tree(to: Path) -> Path:
    """What git knows of, as it stands in the checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file() and name.partition("/")[0] in (
            "tracker",
            "tests",
            "benchmarks",
            "docs",
            "pyproject.toml",
        ):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def passes(tree: Path, tests: Sequence[str], limit: float | None, *, keep: bool = False) -> bool:
    """Whether the tests pass in this copy of the tree, in time."""
    command = [sys.executable, "-m", "pytest", "--no-cov", "-x", "-q", "-m", "not slow", "-p", "no:cacheprovider"]
    env = {**os.environ, "PYTHONPATH": str(tree)} | ({} if keep else {"PYTHONDONTWRITEBYTECODE": "1"})
    try:
        done = subprocess.run([*command, *tests], cwd=tree, env=env, timeout=limit, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def survives(tree: Path, mutant: Mutant, tests: Sequence[str], limit: float) -> bool:
    """Whether the tests pass with the mutant in this copy, which is as before afterwards."""
    path = tree / mutant.path
    original, stamp = path.read_bytes(), path.stat()
    path.write_bytes(written(original, mutant))
    os.utime(path, (stamp.st_atime, stamp.st_mtime + 7))  # compiled files go by whole seconds
    try:
        return passes(tree, _nearest_first(tree, mutant, tests), limit)
    finally:
        path.write_bytes(original)
        os.utime(path, (stamp.st_atime, stamp.st_mtime))


def _nearest_first(tree: Path, mutant: Mutant, tests: Sequence[str]) -> list[str]:
    """The tests of a room, those of the module itself before all others: most mutants go no further."""
    own = f"test_{Path(mutant.path).name}"
    near = [str(path.relative_to(tree)) for one in tests if (tree / one).is_dir() for path in (tree / one).rglob(own)]
    return [*near, *tests]


def run(name: str, drawn: Sequence[Mutant], trees: Sequence[Path]) -> list[Mutant]:
    """The survivors of a room's sample, each printed when it is known."""
    tests = ROOMS[name].tests
    began = time.monotonic()
    if not passes(trees[0], tests, None, keep=True):
        sys.exit(f"{name}: the tests do not pass without a mutant")
    limit = max(SHORTEST, TIMES * (time.monotonic() - began))
    free: SimpleQueue[Path] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def judged(mutant: Mutant) -> bool:
        tree = free.get()
        try:
            return survives(tree, mutant, tests, limit)
        finally:
            free.put(tree)

    alive = []
    with ThreadPoolExecutor(len(trees)) as threads:
        for mutant, survived in zip(drawn, threads.map(judged, drawn), strict=True):
            if survived:
                print(f"  survived: {_shown(mutant)}", flush=True)
                alive.append(mutant)
    return alive


def main() -> None:
    """Draw, run and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=5, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--room", action="append", choices=ROOMS, help="only this room; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the sample and run nothing")
    options = parser.parse_args()
    samples = {name: sample(ROOMS[name], options.each, options.seed) for name in options.room or ROOMS}
    if options.list:
        for mutant in (m for drawn in samples.values() for m in drawn):
            print(_shown(mutant))
        return
    killed = total = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees = [copy_of_the_tree(Path(folder) / str(i)) for i in range(options.jobs)]
        for name, drawn in samples.items():
            alive = run(name, drawn, trees)
            killed, total = killed + len(drawn) - len(alive), total + len(drawn)
            print(f"{name}: {len(drawn) - len(alive)} of {len(drawn)} killed, {len(alive)} survived", flush=True)
    print(
        f"all: {killed} of {total} killed ({killed / max(total, 1):.0%}), seed {options.seed}, {options.each} a module"
    )


def _shown(mutant: Mutant) -> str:
    old, new = (" ".join(words.split()) for words in (mutant.old, mutant.new))
    return f"{mutant.path}:{mutant.line}  {old[:100]}  ->  {new[:100]}"


if __name__ == "__main__":
    main()
