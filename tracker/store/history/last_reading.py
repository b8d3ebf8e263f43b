"""The memory of the last reading of each article: its blocks, so that the next reading can be anchored to them.

Most blocks are paragraphs that the version read from them holds already, and most of the others (menus, footers) stand
on every page of the source. So the version's text and the source's furniture are the dictionary, and little is left.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import zstandard

from tracker.model import Block
from tracker.store.connection import dump, row, rows, run, storable
from tracker.store.store import Store

_LEVEL = 3
_LIMIT = 64 * 1024 * 1024

# A source gets another base when the ones it has spare too little, but no more than this many.
_BASES = 24
_WORTH = 600
_SPARED = 0.15


def pack(blocks: Sequence[Block], text: str) -> bytes:
    """Blocks as zstd of a JSON array of [text, path, kept, reason], with the article's text as dictionary."""
    packed = dump([[storable(b.text), storable(b.path), int(b.kept), storable(b.reason)] for b in blocks])
    compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=_dictionary(text), write_checksum=True)
    return compressor.compress(packed.encode())


def unpack(packed: bytes, text: str) -> tuple[Block, ...]:
    """Blocks from what `pack` made with the same text."""
    plain = zstandard.ZstdDecompressor(dict_data=_dictionary(text)).decompress(packed, max_output_size=_LIMIT)
    return tuple(Block(text, path, bool(kept), reason) for text, path, kept, reason in json.loads(plain))


def _dictionary(text: str) -> zstandard.ZstdCompressionDict | None:
    # zstd takes no raw dictionary of fewer than 8 bytes.
    encoded = storable(text).encode()
    if len(encoded) < 8:
        return None
    return zstandard.ZstdCompressionDict(encoded, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def remember(store: Store, article_id: int, version_id: int, blocks: Sequence[Block]) -> None:
    """Keep the blocks of an article's latest reading, which gave this version, in place of the ones before."""
    text = _text(store, version_id)
    base_id, base = _newest_base(store, article_id)
    packed = pack(blocks, base + text)
    furniture = _furniture(blocks)
    if len(furniture) >= _WORTH and len(packed) > _SPARED * len(furniture) and _may_have_another(store, article_id):
        base = furniture
        base_id = run(
            store.db,
            "insert into reading_bases (source_id, blocks) select source_id, ? from articles where id = ?",
            (base, article_id),
        ).lastrowid
        packed = pack(blocks, base + text)
    run(
        store.db,
        "insert into readings (article_id, version_id, base_id, blocks) values (?, ?, ?, ?) on conflict (article_id) "
        "do update set version_id = excluded.version_id, base_id = excluded.base_id, blocks = excluded.blocks",
        (article_id, version_id, base_id, packed),
    )


def _furniture(blocks: Sequence[Block]) -> str:
    """The blocks that are no part of the article, as `pack` writes them."""
    return storable(dump([[b.text, b.path, int(b.kept), b.reason] for b in blocks if not b.kept]))


def _newest_base(store: Store, article_id: int) -> tuple[int | None, str]:
    found = row(
        store.db,
        "select b.id, b.blocks from articles a cross join reading_bases b on b.source_id = a.source_id "
        "where a.id = ? order by b.id desc limit 1",
        (article_id,),
    )
    return (found["id"], found["blocks"]) if found else (None, "")


def _may_have_another(store: Store, article_id: int) -> bool:
    found = rows(
        store.db,
        "select 1 from articles a cross join reading_bases b on b.source_id = a.source_id where a.id = ?",
        (article_id,),
    )
    return len(found) < _BASES


def blocks_of(store: Store, article_id: int) -> tuple[Block, ...]:
    """The blocks of an article's last reading; empty when there are none."""
    found = row(
        store.db,
        "select r.version_id, r.blocks, coalesce(b.blocks, '') as base from readings r "
        "left join reading_bases b on b.id = r.base_id where r.article_id = ?",
        (article_id,),
    )
    return unpack(found["blocks"], found["base"] + _text(store, found["version_id"])) if found else ()


def drop(store: Store, article_id: int) -> None:
    """Let go of an article's memory."""
    run(store.db, "delete from readings where article_id = ?", (article_id,))


def _text(store: Store, version_id: int) -> str:
    found = rows(
        store.db,
        "select p.text from versions v cross join json_each(v.paragraph_ids) j "
        "cross join paragraphs p on p.id = j.value where v.id = ? order by j.key",
        (version_id,),
    )
    return "\n".join(r["text"] for r in found)
