"""What can be asked of a running daemon, by verb: status, check, add, forget, reload, pause, resume."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tracker.errors import NotFound, UsageError
from tracker.model import Found, Outcome, Via, iso
from tracker.scheduler import log
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.scheduler.process.once import Pass, Summary
from tracker.scheduler.process.reload import Reloaded
from tracker.scheduler.process.runtime import Crew
from tracker.store import Store
from tracker.store.queue import pauses

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verbs:
    """Does what is asked with a daemon's crew and dispatcher.

    `status` gives the daemon's state, `reload` takes the configuration anew, `discover` lines a source up.
    """

    crew: Crew
    dispatcher: Dispatcher
    status: Callable[[], Fields]
    reload: Callable[[], Awaitable[Reloaded]]
    discover: Callable[[str], Awaitable[None]]

    async def answer(self, request: Mapping[str, Any]) -> Fields:
        """The fields of the answer. Raises TrackerError; UsageError when verb or argument are not understood."""
        verb = request["verb"]
        todo = _VERBS.get(verb)
        if todo is None:
            raise UsageError(f"no verb {verb[:40]!r}; there are {', '.join(_VERBS)}")
        return await todo(self, _Arguments(request))

    async def _status(self, _: _Arguments) -> Fields:
        return self.status()

    async def _check(self, asked: _Arguments) -> Fields:
        references = asked.texts("references")
        log.info("asked to check", what=" ".join(references) or "what is due")
        one = Pass(self.crew, self.dispatcher.visit)
        discover, check = asked.flag("discover", True), asked.flag("check", True)
        return to_json(await one.run(references, force=asked.flag("force"), discover=discover, check=check))

    async def _add(self, asked: _Arguments) -> Fields:
        source_id, url = asked.text("source"), asked.text("url")
        self._known(source_id)
        now = self.crew.clock.now()

        def follow(store: Store) -> Fields:
            new = store.found(source_id, [Found(url, Via.URL)], now, due_at=now)
            return {"article": store.resolve(url), "new": bool(new)}

        log.info("asked to follow", source=source_id, url=url)
        return await asyncio.wrap_future(self.crew.writer.submit(follow))

    async def _forget(self, asked: _Arguments) -> Fields:
        article_id, reason = asked.number("article"), asked.text("reason")
        await self.dispatcher.let_go(article_id)
        now, store = self.crew.clock.now(), self.crew.reader
        await asyncio.wrap_future(self.crew.writer.submit(lambda store: store.forget(article_id, reason, now)))
        await asyncio.to_thread(pauses.scrub, store)
        log.info("asked to forget", article=article_id)
        return {"article": article_id}

    async def _reload(self, _: _Arguments) -> Fields:
        return asdict(await self.reload())

    async def _pause(self, asked: _Arguments) -> Fields:
        return await self._rest(asked.text("source"), rests=True)

    async def _resume(self, asked: _Arguments) -> Fields:
        told = await self._rest(asked.text("source"), rests=False)
        await self.discover(asked.text("source"))
        return told

    async def _rest(self, source_id: str, *, rests: bool) -> Fields:
        self._known(source_id)
        at = self.crew.clock.now() if rests else None
        new = await asyncio.wrap_future(self.crew.writer.submit(lambda store: pauses.pause(store, source_id, at)))
        (self.crew.paused.add if rests else self.crew.paused.discard)(source_id)
        log.info("source paused" if rests else "source resumed", source=source_id)
        return {"source": source_id, "changed": new}

    def _known(self, source_id: str) -> None:
        if source_id not in self.crew.sources:
            known = ", ".join(sorted(self.crew.sources)) or "none"
            raise NotFound(f"the daemon follows no source {source_id[:60]!r}; it follows {known}")


_VERBS: dict[str, Callable[[Verbs, _Arguments], Awaitable[Fields]]] = {
    "status": Verbs._status,
    "check": Verbs._check,
    "add": Verbs._add,
    "forget": Verbs._forget,
    "reload": Verbs._reload,
    "pause": Verbs._pause,
    "resume": Verbs._resume,
}


class _Arguments:
    """The arguments of a request, each of the kind it must be. All methods raise UsageError."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request

    def text(self, name: str) -> str:
        """A string that says something."""
        value = self._request.get(name)
        if not isinstance(value, str) or not value:
            raise UsageError(f"{self._request['verb']} needs {name}: a text")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of strings; empty when it is not given."""
        value = self._request.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise UsageError(f"{self._request['verb']} takes {name}: a list of texts")
        return value

    def number(self, name: str) -> int:
        """A whole number."""
        value = self._request.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise UsageError(f"{self._request['verb']} needs {name}: a number")
        return value

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """True or false."""
        value = self._request.get(name, otherwise)
        if not isinstance(value, bool):
            raise UsageError(f"{self._request['verb']} takes {name}: true or false")
        return value


def to_json(summary: Summary) -> Fields:
    """What a pass did, as plain values; its changes by their ids, which every reader of the database knows."""
    return {
        "found": summary.found,
        "checked": summary.checked,
        "outcomes": {outcome.value: number for outcome, number in summary.outcomes.items()},
        "changes": [change.id for change in summary.changes],
        "problems": summary.problems,
        "notes": summary.notes,
        "barren": summary.barren,
        "failures": summary.failures,
        "not_due": summary.not_due,
        "next_due_at": iso(summary.next_due_at),
    }


def of_json(told: Mapping[str, Any], store: Store) -> Summary:
    """The summary that `to_json` wrote, its changes read from the history."""
    return Summary(
        found=told["found"],
        checked=told["checked"],
        outcomes=Counter({Outcome(name): number for name, number in told["outcomes"].items()}),
        changes=[store.change(number) for number in told["changes"]],
        problems=[(source, problem) for source, problem in told["problems"]],
        notes=[(source, note) for source, note in told["notes"]],
        barren=list(told["barren"]),
        failures=[(url, Outcome(outcome), error) for url, outcome, error in told["failures"]],
        not_due=told["not_due"],
        next_due_at=datetime.fromisoformat(told["next_due_at"]) if told["next_due_at"] else None,
    )
