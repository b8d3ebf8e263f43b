"""Query parameters that say how a reader came to a page, not which page it is.

Gathered from the lists that Miniflux, ClearURLs, AdGuard (TrackParamFilter) and Firefox (query stripping) keep, and
from what vendors document: Google Analytics (`utm_*`), Matomo (`mtm_*`, `pk_*`), Piano/AT Internet (`at_*`, `xtor`).
Every name is whole: courts number opinions by `pk_id`, agencies stories by `ncid`, and a beginning of a name says
nothing of its end. What is not listed is never dropped; two such addresses are joined when their pages prove the same.
"""

from __future__ import annotations

_UTM = (
    *(
        "source",
        "medium",
        "campaign",
        "term",
        "content",
        "id",
        "name",
        "cid",
        "reader",
        "brand",
        "social",
        "social-type",
    ),
    *("source_platform", "creative_format", "marketing_tactic", "pubreferrer", "swu", "viz_id", "referrer", "place"),
    *("userid", "int", "channel", "from", "mailing", "edition", "email"),
)
_MATOMO = ("campaign", "cid", "content", "group", "keyword", "kwd", "medium", "placement", "source")
_PIANO = (
    *("medium", "campaign", "creation", "variant", "network", "term", "platform", "format", "identifier", "emailtype"),
    *("campaign_type", "general_placement", "detailed_placement", "recipient_id", "recipient_list", "link", "ptr_name"),
    *("link_id", "link_origin", "link_type", "bbc_team", "custom1", "custom2", "custom3", "custom4"),
)

NAMES = frozenset(
    [
        *(f"utm_{part}" for part in _UTM),
        *(f"{prefix}_{part}" for prefix in ("mtm", "matomo", "pk", "piwik") for part in _MATOMO),
        *(f"at_{part}" for part in _PIANO),
        *(f"itm_{part}" for part in ("source", "medium", "campaign", "content", "term", "audience")),
        *(f"hsa_{part}" for part in ("acc", "ad", "cam", "grp", "kw", "la", "mt", "net", "ol", "src", "tgt", "ver")),
        *("oly_anon_id", "oly_enc_id", "vero_conv", "vero_id", "sc_campaign", "sc_channel", "sc_content", "sc_cid"),
        *("wt_mc", "wt_zmc", "wt.mc_id", "wt.tsrc", "fb_action_ids", "fb_action_types", "__hsfp", "__hssc", "__hstc"),
        *("_branch_match_id", "_branch_referrer"),
        "fbclid",
        "fb_ref",
        "fb_source",
        "fb_comment_id",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "gad_source",
        "gad_campaignid",
        "srsltid",
        "_ga",
        "_gl",
        "yclid",
        "ysclid",
        "_openstat",
        "twclid",
        "msclkid",
        "igshid",
        "igsh",
        "ttclid",
        "li_fat_id",
        "epik",
        "s_kwcid",
        "ef_id",
        "mc_cid",
        "mc_eid",
        "mc_tc",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "hsctatracking",
        "wickedid",
        "rb_clickid",
        "_bhlid",
        "__readwiselocation",
        "campaign_medium",
        "campaign_name",
        "campaign_source",
        "campaign_term",
        "campaign_content",
        "xtor",
        "xtref",
        "xtcr",
        "ns_mchannel",
        "ns_source",
        "ns_campaign",
        "ns_linkname",
        "ns_fee",
        "ocid",
        "cmpid",
        "cmp_id",
        "intcid",
        "int_cid",
        "smid",
        "smtyp",
        "spm",
        "scm",
        "share_source",
        "sharetoken",
        "ftag",
        "ftcamp",
        "traffic_source",
    ]
)
"""Whole names, in lower case."""


def is_tracking(name: str) -> bool:
    """Whether a query parameter of this name only tracks."""
    name = name.lower()
    return name in NAMES
