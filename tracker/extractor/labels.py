"""What the names of elements (class, id, role …) say about what stands inside: bit flags from tables."""

from __future__ import annotations

import re
from functools import lru_cache

NAVIGATION, RELATED, SOCIAL, COMMENTS, CAPTION, BYLINE, AD, SERVICE, SIDE, TAGS, HIDDEN, BODY, ARTICLE, PROMO, MEDIA = (
    1 << n for n in range(15)
)

_TABLE: dict[int, str] = {
    NAVIGATION: r"\bnav|navi(?:gation)?\b|menu|breadcrumb|paginat|pager\b|toolbar|skip-?link",
    RELATED: r"relat|recommend|teaser|promo|most-?(?:read|popular|viewed)|popular|trending|read-?(?:more|also|next)"
    r"|more-?(?:on|from|stories|news|like)|also-?like|taboola|outbrain|\bcards?\b|-card\b|see-?also|similar|suggest"
    r"|link-?list|link-?box|article-?list|story-?list|news-?list|carousel|playlist|latest|ticker|weiterlesen|ilgili"
    r"|meistgelesen|mehr-zum|lees-?ook|lire-?aussi|relacionad|correlat",
    SOCIAL: r"\bshar(?:e|ing)|social|facebook|twitter|whatsapp|\bfollow|instagram|telegram|addtoany|teilen",
    COMMENTS: r"comment|disqus|kommentar|\brepl(?:y|ies)|respond|\bforum|discussion|leserbrief|komment|yorum"
    r"|reacties",
    CAPTION: r"caption|credit|\bfigure|image|photo|picture|gallery|slideshow|legend|copyright|bildunterschrift"
    r"|\bfoto|media\b",
    BYLINE: r"byline|author|autor|contributor|\bbio\b|dateline|publish|timestamp|\bdate\b|date-|-date|\btime\b"
    r"|\bmeta\b"
    r"|meta(?:data|-info)|posted|kicker|eyebrow|overline|infobar|writer|source-?info|reading-?time|lesezeit",
    AD: r"\bads?\b|\bad-|advert|adslot|ad-?(?:slot|unit|wrap|container|box|label|break)|sponsor|\bdfp|\bgpt\b"
    r"|anzeige|werbung"
    r"|commercial|affiliate|publicidad|reklam",
    SERVICE: r"newsletter|subscri|sign-?up|paywall|regwall|\bpiano|\boffer|\babo\b|register|\blogin|donat"
    r"|support-?us|\bcta\b"
    r"|call-?to|app-?promo|membership|consent|cookie|gdpr|\bcmp\b|modal|popup|overlay|banner|notification|\bmeter\b",
    SIDE: r"sidebar|side-?bar|\baside|\brail\b|widget|footer|\bheader\b|masthead|topbar|col-?right"
    r"|(?<!margin)(?<!margin-)(?<!padding)(?<!padding-)(?<!border)(?<!border-)bottom|secondary|marginal",
    TAGS: r"\btags?\b|\btopics?\b|keyword|categor|rubrik|section-?(?:name|label)|\blabel|badge|schlagwort",
    HIDDEN: r"hidden|sr-only|screen-?reader|visually-|offscreen|print-?only|no-?display|collapsed|invisible|a11y",
    MEDIA: r"video-?(?:fallback|player|controls?|title|strategy)|audio-?player|podcast|jwplayer|brightcove",
    BODY: r"article-?_?(?:body|content|text|main)|story-?_?(?:body|content|text)"
    r"|(?:body|content|post|entry|main|news|text)-?_?(?:body|content|text|copy)|articlebody|rich-?text|paragraph"
    r"|text-?block|\bprose|wysiwyg|storytext|bodytext|fliesstext|article__|artikel|\bbody\b|editorial",
    ARTICLE: r"article|story|content|\bmain|post|entry|text|body|artikel|news|noticia|nota\b",
    PROMO: r"newsletter|related|recommend|most-?(?:read|popular|viewed)|trending|outbrain|taboola|read-?(?:more"
    r"|also|next)"
    r"|see-?also|you-?may|promo|advert|adslot|ad-?(?:slot|unit|container|break)|sponsor|breadcrumb"
    r"|share-?(?:bar|button|tool)|social-?(?:share|bar|link)|sign-?up|subscribe-|subscription-|cookie|consent"
    r"|comments?-?(?:section|list|area)|disqus|more-?(?:stories|news|from)|teaser",
}
# "ad-free", "no-sidebar"
_DENIED = re.compile(r"\b(?:no|non|without|hide|ohne|sans)[-_]+[a-z]+\b|\b[a-z]+[-_](?:free|less|off|disabled)\b")
_PATTERNS = tuple((bit, re.compile(pattern)) for bit, pattern in _TABLE.items())


@lru_cache(maxsize=16384)
def flags(label: str) -> int:
    """The flags that a lower-case label (see `document.Node.label`) earns."""
    if not label:
        return 0
    label = _DENIED.sub(" ", label)
    found = 0
    for bit, pattern in _PATTERNS:
        if pattern.search(label):
            found |= bit
    return found
