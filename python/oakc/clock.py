"""The time of day, which a camera without a clock of its own has to ask for.

    from oakc import clock
    clock.start("192.168.1.1")        # asks in the background, again every hour; names work after dns.install()
    clock.now()                       # seconds since 1970, UTC; None until a server has answered
    clock.iso()                       # "2026-11-28T18:20:30.125Z"
    clock.parse("2026-11-28T18:20:30+01:00")

SNTP (RFC 4330, RFC 5905). Between two answers the time follows `time.monotonic`, so it never stops; it goes back only if
a server says so. Servers are asked in turn. Dates of the text that `parse` reads: ISO 8601 and RFC 3339, HTTP and mail,
logs of web servers and C's ctime. `strptime` does the rest with the directives that do not depend on a language.
Needs LEON_CSS; one thread after `start`.
"""
import random
import re
import socket
import struct
import threading
import time
from datetime import datetime, timedelta, timezone

TRY = 2.0  # seconds for an answer
PACKETS = 20  # datagrams that are looked at in one try
EVERY = 3600.0  # seconds between two questions
SOONEST, LATEST = 2.0, 300.0  # seconds after a question that nobody answered
DELAY = 1.0  # seconds that an answer may have taken
ERA = 2208988800  # from 1900, where NTP begins, to 1970
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_lock = threading.Lock()
_offset = None  # what has to be added to the monotonic time
_synced = None
_running = None


class ClockError(OSError):
    """No server has told the time."""


def sync(*servers, timeout=TRY):
    """Asks servers until one answers, "HOST" or "HOST:PORT" each, and sets the clock. Blocks; the time."""
    reasons = []
    for server in servers:
        try:
            offset = _ask(server, timeout)
        except (OSError, ValueError) as error:
            reasons.append("%s: %s" % (server, error))
            continue
        _set(offset)
        return now()
    raise ClockError("; ".join(reasons) or "no server is named")


def start(*servers, every=EVERY):
    """Asks in the background from now on: soon again while nobody answers, and then every so many seconds."""
    global _running
    stop()
    if not servers:
        raise ClockError("no server is named")
    ended = _running = threading.Event()
    threading.Thread(target=_follow, args=(servers, every, ended), daemon=True).start()


def stop():
    """Asks no more; the time goes on."""
    if _running:
        _running.set()


def now():
    """Seconds since 1970, or None if no server has answered yet."""
    with _lock:
        return None if _offset is None else time.monotonic() + _offset


def age():
    """Seconds since the last answer, or None."""
    with _lock:
        return None if _synced is None else time.monotonic() - _synced


def utc():
    """The time as an aware datetime in UTC, or None."""
    seconds = now()
    return None if seconds is None else EPOCH + timedelta(seconds=seconds)


def iso():
    """The time as text, to the millisecond, or None."""
    moment = utc()
    return None if moment is None else moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def _set(offset):
    global _offset, _synced
    with _lock:
        _offset, _synced = offset, time.monotonic()


def _follow(servers, every, ended):
    pause = SOONEST
    first = 0
    while not ended.is_set():
        try:
            # Another one begins each time, so that none is asked more than the others.
            sync(*(servers[first:] + servers[:first]))
            pause, wait = SOONEST, max(SOONEST, every)
        except Exception:
            # Whatever it is, the thread has to go on.
            wait, pause = pause, min(2 * pause, LATEST)
        first = (first + 1) % len(servers)
        ended.wait(wait * random.uniform(0.9, 1.1))


def _ask(server, timeout):
    """What has to be added to the monotonic time, as a server says."""
    host, _, port = server.partition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect((host, int(port or 123)))
        # The server sends this back; nobody else knows it.
        token = struct.pack(">Q", random.getrandbits(64) | 1)
        sent = time.monotonic()
        sock.send(b"\x23" + bytes(39) + token)
        until = sent + timeout
        for _ in range(PACKETS):
            left = until - time.monotonic()
            if left <= 0:
                break
            sock.settimeout(left)
            answer = sock.recv(512)
            arrived = time.monotonic()
            if len(answer) >= 48 and answer[24:32] == token:
                return _offset_of(answer, sent, arrived)
    raise socket.timeout("no answer")


def _offset_of(answer, sent, arrived):
    leap, mode, stratum = answer[0] >> 6, answer[0] & 7, answer[1]
    received, replied = (_seconds(*struct.unpack_from(">II", answer, at)) for at in (32, 40))
    if mode != 4 or leap == 3 or not 0 < stratum < 16 or answer[40:48] == bytes(8):
        raise ValueError("the server does not know the time")
    delay = arrived - sent - (replied - received)
    if not -0.01 <= delay <= DELAY:
        raise ValueError("the answer took too long")
    return ((received - sent) + (replied - arrived)) / 2


def _seconds(whole, fraction):
    # The numbers begin again in 2036.
    return whole + (0 if whole >= 1 << 31 else 1 << 32) - ERA + fraction / (1 << 32)


_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?", re.A | re.I
)
_MAIL = re.compile(r"(?:[a-z]{3,9},? )?(\d\d?)[ -]([a-z]{3})[a-z]*[ -](\d{4}) (\d\d):(\d\d)(?::(\d\d))? ?(GMT|UTC?|Z|[+-]\d{4})?", re.A | re.I)
_LOG = re.compile(r"(\d\d)/([a-z]{3})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})", re.A | re.I)
_C = re.compile(r"[a-z]{3} ([a-z]{3}) ([ \d]?\d) (\d\d):(\d\d):(\d\d) (\d{4})", re.A | re.I)


def parse(text):
    """The datetime that a text of at most 64 characters names, aware; without a zone it is UTC. ValueError otherwise."""
    text = text.strip() if len(text) <= 64 else ""
    found = _ISO.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        return _moment(year, month, day, hour or 0, minute or 0, second or 0, (fraction or "0"), zone)
    for form, order in (_MAIL, (2, 1, 0, 3, 4, 5, 6)), (_LOG, (2, 1, 0, 3, 4, 5, 6)), (_C, (5, 0, 1, 2, 3, 4, None)):
        found = form.fullmatch(text)
        if found:
            year, month, day, hour, minute, second, zone = (None if at is None else found.group(at + 1) for at in order)
            return _moment(year, _month(month), day, hour, minute, second or 0, "0", zone)
    raise ValueError("not a date: " + repr(text))


def _month(name):
    return MONTHS.index(name.lower()) + 1


def _moment(year, month, day, hour, minute, second, fraction, zone):
    # A leap second is the last one before it.
    second = min(int(second), 59) if int(second) <= 60 else 60
    microsecond = int((fraction + "000000")[:6])
    return datetime(int(year), int(month), int(day), int(hour), int(minute), second, microsecond, _zone(zone))


def _zone(text):
    if not text or text[0] not in "+-":
        return timezone.utc
    digits = text[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-shift if text[0] == "-" else shift)


_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d\d?)",
    "d": r"(?P<d>\d\d?)",
    "H": r"(?P<H>\d\d?)",
    "I": r"(?P<I>\d\d?)",
    "M": r"(?P<M>\d\d?)",
    "S": r"(?P<S>\d\d?)",
    "f": r"(?P<f>\d{1,6})",
    "j": r"(?P<j>\d{1,3})",
    "p": r"(?P<p>[ap]m)",
    "b": "(?P<b>" + "|".join(MONTHS) + ")",
    "a": "(?:" + "|".join(DAYS) + ")",
    "z": r"(?P<z>Z|[+-]\d\d:?\d\d)",
    "%": "%",
}
_SHORT = {"T": "%H:%M:%S", "F": "%Y-%m-%d", "R": "%H:%M", "D": "%m/%d/%y"}


def strptime(text, form):
    """`datetime.strptime` with %Y %y %m %d %H %I %M %S %f %j %p %b %a %z %% and %T %F %R %D; names are English."""
    for short, long in _SHORT.items():
        form = form.replace("%" + short, long)
    parts = re.split(r"%(.)", form, flags=re.S)
    pattern = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            pattern += re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(part))
        elif part in _DIRECTIVES:
            pattern += _DIRECTIVES[part]
        else:
            raise ValueError("clock.strptime does not know %" + part)
    try:
        found = re.fullmatch(pattern, text, re.A | re.I) if len(text) <= 200 else None
    except re.error as error:
        raise ValueError("not a format: " + form) from error
    if not found:
        raise ValueError("time data %r does not match format %r" % (text[:64], form))
    got = {name: value for name, value in found.groupdict().items() if value is not None}
    year = int(got.get("Y") or 1900)
    if "y" in got:
        year = int(got["y"]) + (2000 if int(got["y"]) < 69 else 1900)
    hour = int(got.get("H", 0))
    if "I" in got:
        if not 1 <= int(got["I"]) <= 12:
            raise ValueError("not an hour: " + got["I"])
        hour = int(got["I"]) % 12 + (12 if got.get("p", "am").lower() == "pm" else 0)
    month = _month(got["b"]) if "b" in got else int(got.get("m", 1))
    zone = _zone(got["z"]) if "z" in got else None
    second = min(int(got.get("S", 0)), 61)
    fraction = int((got.get("f", "0") + "000000")[:6])
    moment = datetime(year, month, int(got.get("d", 1)), hour, int(got.get("M", 0)), second, fraction, zone)
    if "j" not in got:
        return moment
    if not 1 <= int(got["j"]) <= 366:
        raise ValueError("not a day of a year: " + got["j"])
    return moment.replace(month=1, day=1) + timedelta(days=int(got["j"]) - 1)
