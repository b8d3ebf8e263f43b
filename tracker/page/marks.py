"""Pages that answer 200 and are not the article: how consent pages and bot walls are known.

Each mark is something the wall itself needs to work (a script, a form, an element), or its fixed title. A page full of
text is never a wall, whatever marks it carries: articles are written about captchas, too.
"""

from __future__ import annotations

import re

BOT_WALL = (
    "_cf_chl_opt",  # Cloudflare challenge
    "cf-challenge-running",
    "challenges.cloudflare.com/turnstile",
    "geo.captcha-delivery.com",  # DataDome
    "ct.captcha-delivery.com",
    "px-captcha",  # HUMAN (PerimeterX)
    "_pxappid",
    "_incapsula_resource",  # Imperva
    "incapsula incident id",
    "distil_r_captcha",
    "sec-if-cpt-container",  # Akamai
    "errors.edgesuite.net",
    "awswafcookiedomainlist",  # AWS WAF
    "challenge.compute",
    "kpsdk",  # Kasada
    "g-recaptcha-response",
    "h-captcha",
    "friendly-challenge",
)

BOT_WALL_TITLE = re.compile(
    r"""just\ a\ moment | attention\ required! | access\ (?:to\ this\ page\ has\ been\ )?denied
        | are\ you\ (?:a\ )?(?:human|robot)
        | pardon\ our\ interruption | security\ check | verifying\ you\ are\ human | bot\ verification
        | request\ (?:blocked|rejected) | human\ verification | checking\ your\ browser""",
    re.VERBOSE | re.IGNORECASE,
)

CONSENT = (
    "sp_message_container",  # Sourcepoint
    "cmp.quantcast",
    "consent.cookiebot.com",
    "didomi",
    "onetrust-consent",
    "usercentrics",
    "privacy-mgmt.com",
    "consent.yahoo.com",
    "consent.google.",
    "guce.",
    "myprivacy",
    "opencmp",
    "iubenda_cs",
    "consentmanager.net",
    'name="consent"',
    "collectconsent",
)

CONSENT_TITLE = re.compile(
    r"""before\ you\ continue | we\ (?:value|respect|care\ about)\ your\ privacy
        | (?:cookie|privacy)\ (?:consent|settings)
        | bevor\ sie\ fortfahren | avant\ de\ continuer | antes\ de\ continuar | prima\ di\ continuare""",
    re.VERBOSE | re.IGNORECASE,
)
"""Titles of pages that ask for consent before anything else."""

CONSENT_ADDRESS = re.compile(
    r"""^(?:consent|cmp|guce|myprivacy|privacy|privacy-gate|zustimmung)\.
        | /(?:collectconsent|consent|cookie-?consent|cookiewall|cookies?-accept|privacy-?gate
            |privacywall|zustimmung|gdpr)
          (?:/|$|\.|\?)""",
    re.VERBOSE | re.IGNORECASE,
)
"""Host or path where a visitor is sent to agree to something."""

WALL_WORDS = 250
"""A page with more visible words than this is no wall."""

FRONT_PAGE = re.compile(
    r"/?(?:index\.(?:html?|php|aspx?)|home(?:\.html?)?|[a-z]{2}(?:[-_][a-z]{2})?)?/?", re.IGNORECASE
)
"""Paths of front pages, languages included."""
