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
    CONSENT_WALL = "consent_wall"  # 200 and a long choice between advertising and money, in the house's own words
    LOGIN = "login"  # redirected to a log-in that knows the way back
    CANONICAL = "canonical"  # the story, calling another story's address its own
    HALF = "half"  # half of the page, without a length, and the connection closes


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

CONSENT_WALL_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Your choice at the harbour's papers</title></head>
<body><main><h1>Read with advertising, or pay for quiet</h1>
{paragraphs}
<form method="post" action="/choice"><button name="way" value="free">Read with advertising</button>
<button name="way" value="paid">Pay and read in quiet</button></form></main></body></html>
"""

CONSENT_WALL_TEXT = (
    "Reporters, printers and the boy who carries the papers up the hill are paid from two purses. One belongs to those "
    "who advertise on these pages, the other to those who subscribe, and you may choose which one you want to fill.",
    "If you read with advertising, one hundred and ninety houses that we work with keep a mark on your machine. From "
    "it they learn which pages you saw, for how long, and what you may want to buy tomorrow.",
    "If you pay, no mark is kept but the one that says that you have paid. It costs four crowns a month, and a letter "
    "of one line ends it on the last day of any month you like.",
    "Whichever way you choose, the weather, the tide tables and what the council decides about water stay free, as "
    "everybody on the coast needs them on some days, and some people on all of them.",
    "You can change your mind at the foot of every page. What was learned before you did so is thrown away within "
    "thirty days, and the list of the houses that we work with hangs in our window, with their addresses.",
)
"""What the wall says: long enough to be an article, and at every address the same."""

LOGIN_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Log in to go on reading</title></head>
<body><main><h1>Log in to go on reading</h1>
<p>Subscribers read everything on all their machines, get the evening edition and can give stories away.</p>
<form method="post" action="/login"><input name="name"><input type="password" name="word"><button>Go on</button></form>
</main></body></html>
"""
