"""Log messages to the device's own log, and over the network as syslog (RFC 5424) by UDP.

    from oakc import log
    log.to("192.168.1.10:5514")        # not with [logging], which says where; a name with resolve=dns.resolve
    log.info("%d people", count)       # put together only if somebody gets it
    log.exception("no answer")         # with the traceback of the exception that is being handled

Nothing waits and nothing is raised: a datagram that the network does not take is lost and counted in `failed`, and messages
beyond a limit are counted in `suppressed`. On LEON_CSS; on LEON_MSS, messages go to the device's own log alone,
unless `relay` of [logging] takes them on. docs/logging.md has the format.
"""
import _thread
import sys
import time

PORT = 5514
LARGEST = 1200  # bytes of a datagram
LONGEST = 16384  # bytes of a message
RATE, BURST = 100.0, 300.0  # datagrams: per second, and at once
AGAIN = 1.0  # seconds until another socket is tried
PROBE = 60.0  # seconds until the own address is looked at again
HELD = 64  # datagrams that wait until the receiver's name has an address
RENEW = 60.0  # seconds until a name is looked up again; at first 1, 2, 4... up to as many
LEVELS = {"trace": 0, "debug": 1, "info": 2, "warn": 3, "error": 4, "critical": 5, "off": 6}
_SEVERITY = 7, 7, 6, 4, 3, 2
_CUT = b" [\xe2\x80\xa6] "


def trace(text, *args):
    _log("trace", text, args)


def debug(text, *args):
    _log("debug", text, args)


def info(text, *args):
    _log("info", text, args)


def warn(text, *args):
    _log("warn", text, args)


def error(text, *args):
    _log("error", text, args)


def critical(text, *args):
    _log("critical", text, args)


def exception(text, *args):
    """An error, with the traceback of the exception that is being handled."""
    found = sys.exc_info()[1]
    _log("error", text, args, "" if found is None else "\n" + _traceback(found))


def to(address, level="info", app="", camera="", name="", resolve=None):
    """Sends messages from this level on to "HOST" or "HOST:PORT". HOST is an IPv4 address, with `resolve=dns.resolve` a name, too."""
    global _sender
    if level not in LEVELS:
        raise ValueError("not a level: %r" % (level,))
    host, _, port = address.partition(":")
    parts = host.split(".")
    if len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts):
        resolve = None
    elif not host or resolve is None:
        raise ValueError("not an IPv4 address: %r (a name needs resolve=dns.resolve)" % (host,))
    _sender = _Sender(_Udp(host, int(port or PORT), resolve), level, app, camera, name)


def counts():
    """How many datagrams were sent and how many the network did not take, and how many messages were suppressed."""
    return (_sender.sent, _sender.failed, _sender.suppressed) if _sender else (0, 0, 0)


def relay(datagram):
    """Sends what a script on LEON_MSS has put together, with the camera's name and the time."""
    try:
        head, _, _, rest = bytes(datagram).split(b" ", 3)
        _sender.transmit(head + (" %s %s " % (_moment(), _sender.host())).encode() + rest)
    except Exception:
        pass


def _traceback(error):
    """The text of an exception, as Python prints it, with at most 8 exceptions and 40 places of each."""
    parts, known = [], set()
    while error is not None and id(error) not in known and len(parts) < 8:
        known.add(id(error))
        cause, context = error.__cause__, error.__context__
        text = "".join(_places(error)) + _name(error) + "\n"
        if parts:
            text += "\n" + link + "\n\n"
        parts.append(text)
        if cause is not None:
            error, link = cause, "The above exception was the direct cause of the following exception:"
        elif not error.__suppress_context__:
            error, link = context, "During handling of the above exception, another exception occurred:"
        else:
            error = None
    return "".join(reversed(parts)).rstrip("\n")


_sender = None
_start_thread = _thread.start_new_thread  # one that belongs to no script
_texts = {}  # the lines of the script's own files, for tracebacks
_hidden = "<oakc>"  # files whose frames are in no traceback


def _log(level, text, args, more=""):
    if LEVELS[level] < LEVELS[_sender.level if _sender else "info"]:
        return
    try:
        text = str(text) % args if args else str(text)
    except Exception:
        text = "%s %s" % (_safe(text), _safe(args))
    text += more
    write = getattr(globals().get("node"), level, None)
    if write:
        write(text)
    if _sender:
        _sender.send("log", level, text)


def _safe(value):
    try:
        return repr(value)
    except Exception:
        return "<%s>" % type(value).__name__


def _frames(error):
    """Where an exception came from: (file, line, function) each, the innermost last."""
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if not code.co_filename.startswith(_hidden):
            yield code.co_filename, step.tb_lineno, code.co_name
        step = step.tb_next


def _places(error):
    places = list(_frames(error))
    if isinstance(error, SyntaxError) and error.filename:
        places.append((str(error.filename), error.lineno or 0, None))
    if places:
        yield "Traceback (most recent call last):\n"
    left_out = len(places) - 40
    for number, (file, line, function) in enumerate(places):
        if left_out > 0 and 20 <= number < 20 + left_out:
            if number == 20:
                yield "  [%d more]\n" % left_out
            continue
        yield '  File "%s", line %d%s\n' % (file, line, ", in " + function if function else "")
        lines = _texts.get(file, ())
        if 0 < line <= len(lines) and lines[line - 1].strip():
            yield "    %s\n" % lines[line - 1].strip()[:200]


def _name(error):
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = "%s.%s" % (kind.__module__, name)
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        text = "<exception str() failed>"
    return "%s: %s" % (name, text) if text else name


def _moment():
    clock = sys.modules.get("oakc.clock")
    try:
        return clock.iso() or "-"
    except Exception:
        return "-"


def _word(text, most=48):
    """A field of the header: what is not printable ASCII is `_`."""
    return "".join(c if "!" <= c <= "~" else "_" for c in str(text)[:most]) or "-"


def _fact(name, value, most=100):
    """A parameter of the structured data."""
    text = str(value)[:most]
    text = "".join(c if c.isprintable() else "_" for c in text)
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
    return ' %s="%s"' % (name, text)


class _Udp:
    """The way to a receiver: a socket that never waits, and that is made again where it fails.

    A name is looked up in a thread, again and again: first until it has an address, and then because that may be another one.
    """

    def __init__(self, host, port, resolve=None):
        self.host, self.port, self._resolve = host, port, resolve
        self.address = None if resolve else (host, port)
        self.own, self._socket, self._not_before, self._probed = "-", None, None, None
        self.held, self._turn, self._looks, self._look_at = [], _thread.allocate_lock(), False, 0.0

    def send(self, data):
        """Whether the network has taken it, or will be given it as soon as the receiver is known."""
        if self._resolve is None:
            return self._send(data)
        with self._turn:
            if not self._looks and time.monotonic() >= self._look_at:
                self._looks = True
                _start_thread(self._look_up, ())
            if self.address is not None:
                return self._send(data)
            if len(self.held) < HELD:
                self.held.append(data)
                return True
            return False

    def settle(self, seconds):
        """Waits until nothing is held any more, but not longer."""
        until = time.monotonic() + seconds
        while self.held and time.monotonic() < until:
            time.sleep(0.05)

    def _look_up(self):
        found, pause = None, 1.0
        while True:
            try:
                found = self._resolve(self.host)[0], self.port
            except Exception:
                pass
            if found or self.address:
                break
            time.sleep(pause)
            pause = min(2 * pause, RENEW)
        with self._turn:
            if found and found != self.address:
                self.address, self._probed = found, None
            held, self.held = self.held, []
            for data in held:
                self._send(data)
            self._looks, self._look_at = False, time.monotonic() + RENEW

    def _send(self, data):
        import _socket

        now = time.monotonic()
        if self._socket is None:
            if self._not_before is not None and now < self._not_before:
                return False
            self._not_before = now + AGAIN
            self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            self._probed = None
        try:
            self._socket.sendto(data, self.address)
            return True
        except (BlockingIOError, InterruptedError):
            return False
        except Exception:
            found, self._socket = self._socket, None
            found.close()
            return False

    def name(self):
        """The camera's address towards the receiver."""
        import _socket

        now = time.monotonic()
        if self.address and (self._probed is None or now - self._probed > PROBE):
            self._probed = now
            try:
                probe = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
                try:
                    probe.connect(self.address)
                    self.own = probe.getsockname()[0]
                finally:
                    probe.close()
            except Exception:
                pass
        return self.own


class _Sender:
    """Puts messages together, numbers and limits them. `way` has `send(bytes)` and `name()`."""

    def __init__(self, way, level="info", app="", camera="", name=""):
        self.way, self.level = way, level
        self.camera, self.app = camera and _word(camera), _word(app)
        self._node = _fact("node", name)
        try:
            import os

            self.process = os.urandom(4).hex()
        except Exception:
            self.process = "%08x" % (time.monotonic_ns() * 2654435761 & 0xFFFFFFFF)
        self.sent = self.failed = self.suppressed = 0
        self._number = self._told = 0
        self._left, self._filled = BURST, time.monotonic()
        self._lock, self._owner = _thread.allocate_lock(), None

    def wants(self, level):
        return LEVELS[level] >= LEVELS[self.level]

    def send(self, kind, level, text, facts="", more="", sure=False):
        """Sends a message: the script's own ones from the level on, and `sure` ones whatever the limit."""
        if self.level == "off" or kind in ("log", "print") and not self.wants(level):
            return
        me = _thread.get_ident()
        # A message that is made while another one is sent, by what the garbage collector runs, for instance.
        if self._owner == me or not self._lock.acquire(True, 1.0):
            self.suppressed += 1
            return
        try:
            self._owner = me
            self._send(kind, level, text, facts, more, sure)
        except Exception:
            self.failed += 1
        finally:
            self._owner = None
            self._lock.release()

    def _send(self, kind, level, text, facts, more, sure):
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._filled) * RATE)
        self._filled = now
        if self._left < 1 and not sure:
            self.suppressed += 1
            return
        text = text.encode("utf-8", "backslashreplace")
        if len(text) > LONGEST:
            half = LONGEST // 2
            head, tail = text[:_start(text, half)], text[_start(text, len(text) - half):]
            facts += _fact("cut", len(text) - len(head) - len(tail))
            text = head + _CUT + tail
        if self.suppressed > self._told:
            facts += _fact("suppressed", self.suppressed - self._told)
            self._told = self.suppressed
        number = LEVELS[level]
        head = "<%d>1 %s %s %s %s %s [oakc@32473" % (
            128 + _SEVERITY[number], _moment(), self.host(), self.app, self.process, kind)
        facts = '%s level="%s" up="%.3f"%s' % (self._node, level, now, facts)
        room = LARGEST - len(head) - 45
        if len((facts + more).encode()) > room - 100:
            # Names that are very long.
            facts, more = ' level="%s" up="%.3f"' % (level, now), ""
        parts = list(_split(text, room - len((facts + more).encode())))
        for index, part in enumerate(parts):
            self._number += 1
            self._left -= 1
            place = ' part="%d/%d"' % (index + 1, len(parts)) if len(parts) > 1 else ""
            self.transmit(('%s seq="%d"%s%s]%s ' % (head, self._number, facts, place, more)).encode() + part)

    def transmit(self, data):
        if self.way.send(data):
            self.sent += 1
        else:
            self.failed += 1

    def host(self):
        return self.camera or self.way.name()


def _start(data, at):
    """The beginning of the character that this byte is in."""
    while 0 < at < len(data) and data[at] & 0xC0 == 0x80:
        at -= 1
    return at


def _split(data, most):
    at = 0
    while True:
        end = _start(data, at + most) if len(data) - at > most else len(data)
        yield data[at:end]
        at = end
        if at >= len(data):
            return
