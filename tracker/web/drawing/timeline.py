"""An article's life as a drawing: when it was looked at, what came of it, where it changed. Pure; SVG for our own page.

Time runs from left to right. The upper line are the checks (a bar for each run of equal outcomes), the lower one the
versions as long as they stood, with a mark for each edit between the checks that bound it, a flag where the headline
changed, and the events.
Shape says what colour says. Everything drawn is also in the lists below it, so screen readers get a short title.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from markupsafe import Markup

from tracker.model import Event
from tracker.render import words
from tracker.store import CheckRun
from tracker.store.questions.pages import Step
from tracker.web.drawing import formatting

WIDTH, HEIGHT = 960, 132
_LEFT, _RIGHT = 12, 12
_CHECKS, _FLAG, _VERSIONS, _AXIS = 20, 40, 72, 108
_STEPS = (
    *(timedelta(minutes=m) for m in (1, 5, 15, 30)),
    *(timedelta(hours=h) for h in (1, 3, 6, 12)),
    *(timedelta(days=d) for d in (1, 2, 7, 14, 30, 90, 365)),
)
_MOST_TICKS = 13
_SUMMARY, _SHORT, _SUMMARIES = 120, 24, 3_600
"""Characters of an edit's summary at most, and where there are many edits, and of all together."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The place of a moment on the drawing."""

    start: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        """The place, in pixels; outside moments stand at the edges."""
        whole = (self.end - self.start).total_seconds() or 1.0
        share = (moment - self.start).total_seconds() / whole
        return round(_LEFT + min(1.0, max(0.0, share)) * (WIDTH - _LEFT - _RIGHT), 1)


def draw(
    steps: Sequence[Step], runs: Sequence[CheckRun], events: Sequence[Event], link: Callable[[int], str]
) -> Markup:
    """The drawing; empty when nothing happened yet. `link` makes the address of a change."""
    moments = [s.first_seen_at for s in steps] + [e.at for e in events]
    moments += [m for run in runs for m in (run.started_at, run.ended_at)]
    if not moments:
        return Markup("")
    start, end = min(moments), max(moments)
    if end - start < timedelta(minutes=10):
        end = start + timedelta(minutes=10)
    scale = Scale(start, end)
    edits = sum(s.change_id is not None for s in steps)
    longest = min(_SUMMARY, max(_SHORT, _SUMMARIES // max(1, edits)))
    title = f"{words.count(edits, 'edit')} and {words.count(len(events), 'event')} in {formatting.span(end - start)}"
    parts = [
        Markup('<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-label="Timeline: {}">').format(
            WIDTH, HEIGHT, title
        ),
        *_axis(scale),
        *(_run(run, scale) for run in runs),
        *(_version(step, following, scale) for step, following in zip_longest(steps, steps[1:])),
        *(_within(step, scale) for step in steps if step.change_id is not None),
        *(
            _edit(step, scale, link, longest, renamed=before is not None and before.headline != step.headline)
            for before, step in zip([None, *steps], steps, strict=False)
            if step.change_id is not None
        ),
        *(_event(event, scale) for event in events),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def _axis(scale: Scale) -> list[Markup]:
    """A line with ticks at round moments."""
    length = scale.end - scale.start
    step = next((s for s in _STEPS if length / s <= _MOST_TICKS), length)
    form = "%H:%M" if step < timedelta(days=1) else ""
    at = _rounded(scale.start, step)
    parts = [Markup('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, WIDTH - _RIGHT, _AXIS, _AXIS)]
    parts.append(Markup('<text x="{}" y="{}" text-anchor="end">UTC</text>').format(WIDTH - _RIGHT, _AXIS - 4))
    while at <= scale.end:
        x = scale.x(at)
        name = f"{at:{form}}" if form else words.day(at).rsplit(" ", 1)[0]
        if form and f"{at:%H:%M}" == "00:00":
            name = words.day(at).rsplit(" ", 1)[0]
        anchor = "start" if x < 40 else "end" if x > WIDTH - 40 else "middle"
        parts.append(
            Markup(
                '<line class="tick" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="{}">{}</text>'
            ).format(x, x, _AXIS, _AXIS + 5, x, _AXIS + 19, anchor, name)
        )
        at += step
    return parts


def _rounded(moment: datetime, step: timedelta) -> datetime:
    """The first multiple of the step at or after the moment, counted from midnight."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + -((midnight - moment) // step) * step


def _run(run: CheckRun, scale: Scale) -> Markup:
    """A run of checks that ended alike: a bar, hatched by its class when they failed."""
    x, end = scale.x(run.started_at), scale.x(run.ended_at)
    kind = "seen" if run.outcome.saw_the_article else "failed"
    said = f"{words.count(run.checks, 'check')}: {words.outcome_words(run.outcome)}"
    return Markup('<rect class="run {}" x="{}" y="{}" width="{}" height="8" rx="1"><title>{}</title></rect>').format(
        kind, x, _CHECKS if kind == "seen" else _CHECKS - 3, max(2.0, round(end - x, 1)), said
    )


def _version(step: Step, following: Step | None, scale: Scale) -> Markup:
    """How long a version stood: from when it was first seen until it was last seen."""
    end = step.last_seen_at or (following.first_seen_at if following else scale.end)
    x = scale.x(step.first_seen_at)
    return Markup('<rect class="stood" x="{}" y="{}" width="{}" height="10" rx="2"/>').format(
        x, _VERSIONS, max(3.0, round(scale.x(end) - x - 1.5, 1))
    )


def _within(step: Step, scale: Scale) -> Markup:
    """The time between two checks within which an edit happened."""
    x, end = scale.x(step.previous_seen_at or step.first_seen_at), scale.x(step.first_seen_at)
    return Markup('<rect class="within" x="{}" y="{}" width="{}" height="6"/>').format(
        x, _VERSIONS + 2, round(end - x, 1)
    )


def _edit(step: Step, scale: Scale, link: Callable[[int], str], longest: int, *, renamed: bool) -> Markup:
    """An edit: a head that leads to the change, on a stem where it is substantive, flagged where the headline changed.

    Neither stem nor flag for what looks like noise.
    """
    x = scale.x(step.first_seen_at)
    kind = "noise" if step.noise_rule else step.class_.value if step.class_ else "minor"
    radius = {"substantive": 7, "wording": 5}.get(kind, 3.5)
    name = f"Version {step.number}, {kind}: {formatting.text(step.summary, longest)}"
    shape = Markup("")
    renamed = renamed and kind != "noise"
    if kind == "substantive" or renamed:
        shape += Markup('<line class="stem" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(x, x, _FLAG, _VERSIONS + 5)
    if renamed:
        # It waves backwards, so that the last edit's is not cut off.
        shape += Markup('<path class="flag" d="M{} {}L{} {}L{} {}Z"/>').format(
            x, _FLAG, round(x - 10, 1), _FLAG + 4, x, _FLAG + 8
        )
    shape += Markup('<circle class="edit {}" cx="{}" cy="{}" r="{}"/>').format(kind, x, _VERSIONS + 5, radius)
    return Markup('<a href="{}"><title>{}</title>{}</a>').format(link(step.change_id or 0), name, shape)


def _event(event: Event, scale: Scale) -> Markup:
    """An event: a diamond on the line of the checks."""
    x, y = scale.x(event.at), _CHECKS + 4
    path = f"M{x} {y - 9}L{x + 9} {y}L{x} {y + 9}L{x - 9} {y}Z"
    return Markup('<path class="event {}" d="{}"><title>{}</title></path>').format(
        event.kind.value, path, formatting.event_words(event)
    )
