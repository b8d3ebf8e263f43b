"""Query parameters that say how a reader came to a page, not which page it is.

Gathered from the lists that Miniflux, ClearURLs, AdGuard (TrackParamFilter) and Firefox (query stripping) keep, and
from what publishers and makers of analytics document. Only whole names count: `pk_id`, `at_id` and `wt_id` are the
number of a page somewhere, though `pk_campaign`, `at_medium` and `wt_mc` track. A parameter that is not listed is
never dropped; two addresses that differ by it are one article only when their pages prove it, or when a source's
`identity` says so.
"""

from __future__ import annotations

_CAMPAIGN = ("campaign", "cid", "content", "group", "keyword", "kwd", "medium", "name", "placement", "source", "term")

_FAMILIES = {
    # Google Analytics: "Campaigns and traffic sources", with the names that AdGuard and ClearURLs met besides.
    "utm_": (
        *("campaign", "content", "medium", "source", "term", "id", "source_platform", "creative_format"),
        *("marketing_tactic", "name", "cid", "reader", "referrer", "social", "social-type", "brand", "viz_id"),
        *("swu", "place", "userid", "hash", "int", "keyword", "kw", "kxconfid", "adgroup", "section", "email", "type"),
        *("pubreferrer", "umguk"),
    ),
    # Matomo: "Campaign tracking parameters".
    "mtm_": _CAMPAIGN,
    "matomo_": _CAMPAIGN,
    "pk_": ("campaign", "cid", "content", "cpn", "keyword", "kwd", "medium", "source"),
    "piwik_": ("campaign", "keyword", "kwd"),
    # Piano Analytics (AT Internet): "Campaigns", and what its e-mail and feed tools add.
    "at_": (
        *("campaign", "medium", "source", "content", "term", "type", "format", "variant", "creation", "platform"),
        *("network", "channel", "general_placement", "detail_placement", "emailtype", "link", "link_id", "link_origin"),
        *("link_type", "recipient_id", "recipient_list", "send_date", "ptr_name", "bbc_team", "custom1", "custom2"),
        *("custom3", "custom4", "objective"),
    ),
    # Internal campaigns (AdGuard).
    "itm_": ("campaign", "content", "medium", "source", "term", "channel", "audience"),
    "hmb_": ("campaign", "medium", "source"),
    # HubSpot ads: "HubSpot ad tracking parameters".
    "hsa_": ("acc", "ad", "cam", "grp", "kw", "la", "mt", "net", "ol", "src", "tgt", "ver"),
    "oly_": ("anon_id", "enc_id"),
    "vero_": ("conv", "id"),
    # Webtrekk (Mapp): media codes.
    "wt_": ("mc", "cc1", "cc2", "cc3", "zmc"),
    "fb_": ("action_ids", "action_types", "comment_id", "ref", "source"),
    "_branch_": ("match_id", "referrer"),
    "ns_": ("mchannel", "source", "campaign", "linkname", "fee"),
    "campaign_": ("medium", "name", "source", "term", "content"),
}  # fmt: skip
"""Names that share a beginning, each with what may follow it."""

NAMES = frozenset(
    {
        *(f"{start}{end}" for start, ends in _FAMILIES.items() for end in ends),
        *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid"),
        *("_ga", "_gl", "yclid", "ysclid", "_openstat", "twclid", "msclkid", "igshid", "igsh", "ttclid", "li_fat_id"),
        *("epik", "s_kwcid", "ef_id", "mc_cid", "mc_eid", "mc_tc", "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc"),
        *("__hsfp", "hsctatracking", "wickedid", "rb_clickid", "_bhlid", "__readwiselocation", "xtor", "xtref", "xtcr"),
        *("ocid", "cmpid", "intcid", "int_cid", "smid", "smtyp", "spm", "scm", "share_source", "sharetoken"),
        *("at_campaign_type", "at_detailed_placement", "at_identifier", "piwik_cid", "piwik_content"),
        *("piwik_group", "piwik_medium", "piwik_placement", "piwik_source", "pk_group", "pk_placement"),
        *("sc_cid", "utm_channel", "utm_edition", "utm_from", "utm_mailing", "wt.mc_id"),
        "wt.tsrc",
        *("ftag", "ftcamp", "traffic_source", "sc_cmp", "sc_channel", "sc_campaign", "sc_content", "sc_country"),
    }
)
"""Whole names, in lower case."""


def is_tracking(name: str) -> bool:
    """Whether a query parameter of this name only tracks."""
    return name.lower() in NAMES
