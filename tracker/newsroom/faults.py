"""What can go wrong between a newsroom and its reader, on request."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """How an address misbehaves instead of answering."""

    STATUS = "status"  # an error page with the given status
    STALL = "stall"  # takes the request and never answers
    RESET = "reset"  # the connection is reset
    TRUNCATED = "truncated"  # promises the whole page, sends half, hangs up
    EMPTY = "empty"  # 200 and no body
    CONSENT = "consent"  # 200 and a consent page
    BOT_WALL = "bot_wall"  # 403 and a challenge
    GARBAGE = "garbage"  # 200, text/html, and bytes that are no text
    COLLAPSED = "collapsed"  # the page's furniture with hardly any article in it
    HOMEPAGE = "homepage"  # redirected to the front page
    LOOP = "loop"  # redirected to itself


CONSENT_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Before you continue</title>
<script src="https://cmp.consent.example/sdk/loader.js" async></script></head>
<body class="cmp-body"><div id="cmp-container" class="consent-modal" role="dialog" aria-modal="true">
<h1>We value your privacy</h1>
<p>We and our 842 partners store and access information on a device, such as cookies, and process personal data.</p>
<p>Click below to consent to the above or make granular choices. Your choices apply to this site only.</p>
<form method="post" action="/consent"><button name="choice" value="accept">Accept all</button>
<button name="choice" value="reject">Reject all</button><button name="choice" value="more">More options</button></form>
</div></body></html>
"""

BOT_WALL_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head>
<body><div id="challenge-stage"><h1>Verify you are human by completing the action below.</h1>
<p>This site needs to review the security of your connection before proceeding.</p>
<noscript>Enable JavaScript and cookies to continue</noscript></div>
<script>window._cf_chl_opt={cType:"managed"};</script></body></html>
"""

ERROR_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{status}</title></head>
<body><h1>{status} {reason}</h1><p>Something is not as it should be. The caretaker has been told.</p></body></html>
"""
