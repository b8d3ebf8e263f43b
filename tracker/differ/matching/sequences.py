"""Matching of two sequences of keys: heaviest increasing subsequence, anchors, moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from rapidfuzz.distance import LCSseq

Pairs = list[tuple[int, int]]


def heaviest_increasing(pairs: Sequence[tuple[int, int]], weights: Sequence[int]) -> set[tuple[int, int]]:
    """Of (old, new) pairs sorted by old: the heaviest set whose new indexes rise too. O(n log n).

    What is left out is the least that must have moved.
    """
    ranks = {new: rank for rank, new in enumerate(sorted({new for _, new in pairs}), 1)}
    tree = [(0, -1)] * (len(ranks) + 1)  # Fenwick tree of the best (weight, pair) up to a rank
    best = [0] * len(pairs)
    previous = [-1] * len(pairs)
    for index, (_, new) in enumerate(pairs):
        rank = ranks[new] - 1
        found = (0, -1)
        while rank > 0:
            if tree[rank][0] > found[0]:
                found = tree[rank]
            rank -= rank & -rank
        best[index] = found[0] + weights[index]
        previous[index] = found[1]
        rank = ranks[new]
        while rank < len(tree):
            if best[index] > tree[rank][0]:
                tree[rank] = (best[index], index)
            rank += rank & -rank
    index = max(range(len(pairs)), key=best.__getitem__, default=-1)
    kept = set()
    while index >= 0:
        kept.add(pairs[index])
        index = previous[index]
    return kept


def unique_pairs(old: Iterable[tuple[int, Hashable]], new: Iterable[tuple[int, Hashable]]) -> Pairs:
    """Indexes whose key occurs exactly once on both sides, sorted by old index."""
    old_places, new_places = _places(old), _places(new)
    return sorted(
        (places[0], new_places[key][0])
        for key, places in old_places.items()
        if len(places) == 1 and len(new_places.get(key, ())) == 1
    )


def common_between(old: Sequence[tuple[int, Hashable]], new: Sequence[tuple[int, Hashable]], anchors: Pairs) -> Pairs:
    """Equal keys in order (longest common subsequence) inside each gap between the in-order anchors."""
    found: Pairs = []
    bounds = [*anchors, (1 << 60, 1 << 60)]
    old_at = new_at = 0
    for old_bound, new_bound in bounds:
        old_end, new_end = old_at, new_at
        while old_end < len(old) and old[old_end][0] < old_bound:
            old_end += 1
        while new_end < len(new) and new[new_end][0] < new_bound:
            new_end += 1
        found += _common(old[old_at:old_end], new[new_at:new_end])
        old_at, new_at = old_end, new_end
    return found


def leftover_pairs(old: Iterable[tuple[int, Hashable]], new: Iterable[tuple[int, Hashable]]) -> Pairs:
    """Equal keys paired in order of appearance, wherever they stand."""
    new_places = _places(new)
    return [pair for key, places in _places(old).items() for pair in zip(places, new_places.get(key, ()), strict=False)]


def _common(old: Sequence[tuple[int, Hashable]], new: Sequence[tuple[int, Hashable]]) -> Pairs:
    ids: dict[Hashable, int] = {}
    a = [ids.setdefault(key, len(ids)) for _, key in old]
    b = [ids.setdefault(key, len(ids)) for _, key in new]
    if len(ids) == len(old) + len(new):
        return []
    # Only keys of both sides matter; dropping the rest keeps the comparison small.
    shared = set(a) & set(b)
    kept_old = [(place, id_) for (place, _), id_ in zip(old, a, strict=True) if id_ in shared]
    kept_new = [(place, id_) for (place, _), id_ in zip(new, b, strict=True) if id_ in shared]
    blocks = LCSseq.opcodes([id_ for _, id_ in kept_old], [id_ for _, id_ in kept_new])
    return [
        (kept_old[block.src_start + step][0], kept_new[block.dest_start + step][0])
        for block in blocks
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]


def _places(items: Iterable[tuple[int, Hashable]]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in items:
        places[key].append(index)
    return places
