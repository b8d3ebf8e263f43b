"""The plot of `revisit.py`: what each policy captures and how late, by what it spends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

COLOURS = {"tracker": "#b3261e", "tracker, with signals": "#e08a1e", "oracle (bound)": "#555555"}
OTHERS = ("#9aa5b1", "#2f6f9f", "#6d9f71", "#8a6fb3", "#3aa0a0")


def draw(rows: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Write revisit.svg and revisit.png. Says what to install where matplotlib is missing."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        print("no plot: pip install matplotlib")
        return
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "tracker", "font.size": 9})
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    captured, delay = figure.subplots(1, 2)
    policies = list(dict.fromkeys(row["policy"] for row in rows))
    others = iter(OTHERS)
    for policy in policies:
        points = sorted((row["checks"], row["captured"], row["delay"]) for row in rows if row["policy"] == policy)
        ours = policy.startswith("tracker")
        style = {
            "color": COLOURS.get(policy) or next(others),
            "linewidth": 2.2 if ours else 1.2,
            "linestyle": "--" if "oracle" in policy else "-",
            "marker": "o",
            "markersize": 4 if ours else 3,
            "label": policy,
        }
        captured.plot([p[0] for p in points], [p[1] for p in points], **style)
        delay.plot([p[0] for p in points], [p[2] for p in points], **style)
    budgets = sorted({row["budget"] for row in rows})
    for axes in (captured, delay):
        axes.set_xscale("log")
        axes.set_xticks(budgets, [f"{budget:g}" for budget in budgets])
        axes.minorticks_off()
        axes.set_xlabel("checks an article in 14 days")
        axes.grid(visible=True, alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    captured.set_ylabel("edits captured, %")
    delay.set_yscale("log")
    delay.set_ylabel("median delay, minutes")
    figure.legend(*captured.get_legend_handles_labels(), loc="outside right center", frameon=False)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "revisit.svg", metadata={"Date": None})
    figure.savefig(folder / "revisit.png", dpi=110, metadata={"Software": None})
