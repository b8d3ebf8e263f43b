"""What a single value may be: pure functions from text to meaning, each raising ValueError with the reason."""

from __future__ import annotations

import base64
import re
import warnings
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

import re2

MAX_URL = 2083
MAX_PATTERN = 500
MAX_TEXT = 200
LONGEST = timedelta(days=36_525)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"([0-9]{1,12})([smhdw])")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*")
_HOST_NAME = re.compile(r"(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):\S+", re.IGNORECASE)
MAIL_KEYS = ("smtp", "user", "password", "from")


def parse_duration(text: str) -> timedelta:
    """A length of time such as `2s`, `15m`, `1h`, `30d` or `1w`. A number without a unit is refused."""
    match = _DURATION.fullmatch(text)
    if match is None:
        if re.fullmatch(r"[0-9]+", text):
            raise ValueError(f"has no unit; write {text[:6]}s, {text[:6]}m, {text[:6]}h or {text[:6]}d")
        raise ValueError("is not a duration; write it like 2s, 15m, 1h, 30d or 1w")
    try:
        duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        duration = timedelta.max
    if duration > LONGEST:
        raise ValueError("is longer than 100 years")
    return duration


def format_duration(duration: timedelta) -> str:
    """A length of time in whole seconds as `parse_duration` reads it, in the largest unit up to days that fits."""
    seconds, rest = divmod(duration, timedelta(seconds=1))
    if rest or seconds < 0:
        raise ValueError(f"{duration!r} is not a length of whole seconds")
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def parse_moment(text: str) -> datetime:
    """A date (`2026-01-31`, midnight UTC) or a date and time with its offset, as an aware UTC datetime."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            if len(text) > 10:
                raise ValueError("has no time zone; end it with Z or an offset such as +01:00")
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None
    except ValueError as error:
        if "time zone" in str(error):
            raise
        raise ValueError("is not a date; write it like 2026-01-31") from None


def plain_text(text: str) -> str:
    """One line of text for people: not empty, no control characters, at most 200 characters."""
    if not text.strip():
        raise ValueError("is empty")
    if len(text) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT} characters")
    if not text.isprintable():
        raise ValueError("has a control character or line break in it")
    return text.strip()


def slug(text: str) -> str:
    """A source's id: `[a-z0-9-]+`, at most 60 characters."""
    if not re.fullmatch(r"[a-z0-9-]{1,60}", text):
        raise ValueError("is not an id; use a-z, 0-9 and -, at most 60 of them")
    return text


def language(text: str) -> str:
    """A language tag (BCP 47) such as `en` or `pt-BR`."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("is not a language; write it like en, fr or pt-BR")
    return text


def feed_address(text: str) -> str:
    """The address of a feed; `feed:` before it, as browsers once wrote, is left out."""
    return web_address(without_feed_scheme(text))


def without_feed_scheme(text: str) -> str:
    """`feed:https://…` and `feed://…` as the address that is meant; everything else as it is."""
    if text[:5].lower() != "feed:":
        return text
    rest = text[5:]
    whole = re.match(r"/*(?=https?:)", rest, re.IGNORECASE)
    return rest[whole.end() :] if whole else f"http://{rest.lstrip('/')}"


def web_address(text: str, *, userinfo: bool = False) -> str:
    """An absolute http(s) URL that every parser reads the same way. `userinfo` allows `user:password@` (a proxy)."""
    if len(text) > MAX_URL:
        raise ValueError(f"is longer than {MAX_URL} characters")
    if any(c.isspace() or not c.isprintable() for c in text):
        raise ValueError("has a space or control character in it")
    if "\\" in text:
        raise ValueError("has a backslash in it")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"is not a URL: {error}") from None
    if not parts.scheme or (parts.scheme not in ("http", "https") and "://" not in text and "." in parts.scheme):
        raise ValueError("is not a URL; it starts with https://")
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"has the scheme {parts.scheme}; only http and https are fetched")
    if "@" in parts.netloc and not userinfo:
        raise ValueError("carries a user name or password; take them out")
    if port == 0 or not (_HOST_NAME.fullmatch(host) or ":" in host):
        raise ValueError("is not a URL: no good host name in it")
    return text


def contact(text: str) -> str:
    """Where a publisher reaches the operator: an http(s) URL or an e-mail address. It goes into a request header."""
    if not text.isascii():
        raise ValueError("has letters outside ASCII, which a request header cannot carry")
    if _MAIL.fullmatch(text.removeprefix("mailto:")):
        return text
    if "://" not in text:
        raise ValueError("is neither an https:// address nor an e-mail address")
    return web_address(text)


def sink(text: str) -> str:
    """Where an alert goes: `file:///path.jsonl`, `mailto:desk@operator.example` or `https://desk.example/hook`."""
    found = _SCHEME.fullmatch(text)
    if found is None or not text.isprintable():
        raise ValueError("is not an address to send to; write it like mailto:desk@operator.example")
    scheme = found[1].lower()
    if scheme in ("http", "https"):
        return web_address(text)
    if scheme == "file":
        return _file(text)
    if scheme == "mailto":
        return _mailbox(text)
    raise ValueError(f"has the scheme {scheme[:20]}, which nothing here delivers to; use file:///, mailto: or https://")


def _file(text: str) -> str:
    parts = urlsplit(text)
    if parts.netloc or not parts.path.startswith("/") or parts.path.endswith("/") or parts.query or parts.fragment:
        raise ValueError("is not a file to write to; write it like file:///var/lib/tracker/alerts.jsonl")
    return text


def _mailbox(text: str) -> str:
    """`mailto:a@x,b@y?smtp=host:587&user=…&password=…&from=…`; a query says which mail server takes it."""
    addresses, _, query = text.partition(":")[2].removeprefix("//").partition("?")
    if not all(_MAIL.fullmatch(unquote(each)) for each in addresses.split(",")):
        raise ValueError("is not a mailbox; write it like mailto:desk@operator.example")
    try:
        settings = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
        host, port = (server := urlsplit("//" + settings.get("smtp", "localhost"))).hostname, server.port
    except ValueError:
        raise ValueError("has a query that cannot be read; write it like ?smtp=mail.operator.example:587") from None
    if unknown := [name for name in settings if name not in MAIL_KEYS]:
        raise ValueError(f"has an unknown {unknown[0][:20]!a} after the ?; known here: {', '.join(MAIL_KEYS)}")
    if not host or not _HOST_NAME.fullmatch(host) or port == 0:
        raise ValueError("has a mail server that is none; write it like ?smtp=mail.operator.example:587")
    if "from" in settings and not _MAIL.fullmatch(settings["from"]):
        raise ValueError("has a sender that is no e-mail address; write it like ?from=tracker@operator.example")
    if ("user" in settings) != ("password" in settings):
        raise ValueError("needs both user and password, or neither")
    return text


def signing_secret(text: str) -> str:
    """What signs a web hook's messages: `whsec_` and 24 to 64 random bytes in Base64 (Standard Webhooks)."""
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not text.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError("is not a signing secret; make one with: echo whsec_$(openssl rand -base64 32)")
    return text


def header_word(text: str) -> str:
    """A key that goes into a request header: printable ASCII without spaces."""
    if not re.fullmatch(r"[!-9;-~]{1,200}", text):
        raise ValueError("is not a key: it has a space, a colon or letters outside ASCII")
    return text


def pattern(text: str) -> str:
    """A regular expression that RE2 accepts (linear time, so no back-references or look-around)."""
    if not text:
        raise ValueError("is empty, so it would match everything")
    if len(text) > MAX_PATTERN:
        raise ValueError(f"is longer than {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options=options)
    except (re2.error, ValueError) as error:
        reason = error.args[0] if error.args else "bad pattern"
        if isinstance(reason, bytes):
            reason = reason.decode("utf-8", "replace")
        raise ValueError(f"is not a pattern that RE2 can use: {reason}") from None
    return text


def parameter(text: str) -> str:
    """The name of a query parameter, as it stands in addresses."""
    if not text or any(c in "&=#?/" or c.isspace() for c in text):
        raise ValueError("is no name of a query parameter; write it without = and value")
    return text


def selector(text: str) -> str:
    """A CSS selector that soupsieve accepts."""
    if not text.strip():
        raise ValueError("is empty")
    if len(text) > MAX_PATTERN:
        raise ValueError(f"is longer than {MAX_PATTERN} characters")
    import soupsieve  # slow to import, and most files hold no selector

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            soupsieve.compile(text)
    except Exception as error:
        # soupsieve raises its own SelectorSyntaxError, but also ValueError, TypeError and warnings for odd input.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"is not a CSS selector: {reason}") from None
    return text
