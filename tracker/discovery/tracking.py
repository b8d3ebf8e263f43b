"""Query parameters that say how a reader came to a page, not which page it is.

Gathered from the lists that Miniflux, ClearURLs, AdGuard (TrackParamFilter) and Firefox (query stripping) keep, and
from what publishers document: Piano/AT Internet (`at_*`, `xtor`), Matomo (`mtm_*`, `pk_*`). A parameter that is not
listed is never dropped: it may be the number of the article.
"""

from __future__ import annotations

PREFIXES = (
    "utm_",
    "mtm_",
    "matomo_",
    "pk_",
    "piwik_",
    "at_",
    "itm_",
    "hmb_",
    "hsa_",
    "oly_",
    "vero_",
    "sc_c",
    "wt_",
    "fb_action_",
    "__hs",
    "_branch_",
)
"""Names that begin like this are tracking, whatever follows."""

NAMES = frozenset(
    [
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
        "campaign_id",
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
        "ncid",
        "cmpid",
        "cmp_id",
        "icid",
        "intcid",
        "int_cid",
        "smid",
        "smtyp",
        "partner_id",
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
    return name in NAMES or name.startswith(PREFIXES)
