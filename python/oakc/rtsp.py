"""RTSP: H.264, H.265 or MJPEG for VLC, ffmpeg and recorders, over UDP and TCP.

    from oakc import rtsp
    server = rtsp.Server(8554)
    video = server.stream("/video", "h264")
    server.start()
    while True:
        video.push(node.io["video"].get().getData())     # rtsp://CAMERA:8554/video

`push` takes what a VideoEncoder gives for a frame, makes RTP packets of it, once for all viewers, and never waits. A viewer
begins at a key frame. What one cannot take yet waits in an outbox of its own; when that is full, frames are left out up to the
next key frame, so that a slow viewer keeps nobody waiting. A thread does the rest. There is a limit for everything that a
visitor can send, and datagrams go only to the address that asked for them. Needs LEON_CSS. No encryption.
"""
import base64
import binascii
import collections
import errno
import random
import select
import socket
import struct
import threading
import time
from _operator import _compare_digest
from urllib.parse import unquote, urlsplit

PACKET = 1400  # bytes of an RTP packet
LARGEST = 8 * 1024 * 1024  # bytes of a frame
OUTBOX = 512 * 1024  # bytes that wait for a viewer
LATE = 1.0  # seconds that frames wait before a key frame takes their place
STALLED = 20.0  # seconds after which a viewer that takes nothing is left
SESSION = 60  # seconds without a word after which a viewer is gone
REQUEST = 10.0  # seconds for a request
IDLE = 30.0  # seconds without a word on a connection that watches nothing
REPORT = 5.0  # seconds between two sender reports
LINGER = 0.5  # seconds between a last answer and the end of its connection
HEAD, BODY = 8 * 1024, 4 * 1024  # bytes of a request
VISITORS = 8  # connections beside those of viewers
PIXELS = 2040  # the longest side of a JPEG that RTP can carry
RATE = 90000  # ticks of RTP's clock in a second
METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER"
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 413: "Request Entity Too Large",
    415: "Unsupported Media Type", 453: "Not Enough Bandwidth", 454: "Session Not Found", 455: "Method Not Valid in This State",
    461: "Unsupported Transport", 501: "Not Implemented", 503: "Service Unavailable", 505: "RTSP Version Not Supported",
    551: "Option Not Supported",
}
# CRC-32 of JPEG's usual Huffman tables. RTP leaves them out, so they have to be these.
HUFFMAN = {0x00: 0x9898900E, 0x01: 0x57A406EB, 0x10: 0x06F8F02E, 0x11: 0xA1415F28}
LATER = errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR, errno.ENOBUFS, errno.ENOMEM


class _Unfit(Exception):
    """A frame that is not what its stream is for, or that RTP cannot carry."""


class _Refused(Exception):
    """A request that gets another status than 200."""

    def __init__(self, status, headers=None, body="", last=False):
        super().__init__(status)
        self.status, self.headers, self.body, self.last = status, headers or {}, body, last


class Server:
    """Answers on a port, and sends datagrams from `rtp_port` and the one behind it. With `user`, visitors need it and
    `password`. `clock` is the wall clock of sender reports, for example `clock.now` of oakc.clock.
    """

    def __init__(self, port=8554, address="", viewers=8, user=None, password="", rtp_port=6970, clock=time.time):
        if rtp_port % 2:
            raise ValueError("rtp_port is an even number")
        self.port, self.address, self.most, self.rtp_port, self.clock = port, address, viewers, rtp_port, clock
        self.refused = 0  # visitors and viewers for whom there was no place
        self.dropped = 0  # viewers that took nothing any more, or were silent for too long
        self._login = base64.b64encode(("%s:%s" % (user, password)).encode("utf-8")) if user else None
        self._streams = {}
        self._visitors = []
        self._lock = threading.RLock()
        self._closed = False
        self._sockets = []

    def stream(self, path, codec):
        """A stream of "h264", "h265" or "mjpeg". Returns it; its `push` sends a frame."""
        if codec.lower() not in CODECS:
            raise ValueError("a codec is one of " + ", ".join(CODECS))
        stream = self._streams["/" + path.strip("/")] = Stream(self, CODECS[codec.lower()]())
        return stream

    def start(self):
        """Answers from now on, in a thread. The ports are in `port` and `rtp_port`, also where they were 0."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.address, self.port))
            listener.listen(8)
            self._sockets = [listener, *_pair_of_sockets(self.address, self.rtp_port)]
        except OSError:
            listener.close()
            raise
        for sock in self._sockets:
            sock.settimeout(0)
        self.port, self.rtp_port = (sock.getsockname()[1] for sock in self._sockets[:2])
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def close(self):
        """Says goodbye to all viewers, and takes no more."""
        with self._lock:
            self._closed = True
            for visitor in list(self._visitors):
                self._leave(visitor)
            for sock in self._sockets:
                sock.close()

    @property
    def viewers(self):
        """How many there are now, including those that pause."""
        return sum(visitor.session is not None for visitor in self._visitors)

    def _playing(self, stream=None):
        sessions = [visitor.session for visitor in self._visitors]
        return [session for session in sessions if session and session.plays and stream in (None, session.stream)]

    def _run(self):
        listener, rtp, rtcp = self._sockets
        while not self._closed:
            with self._lock:
                visitors = list(self._visitors)
                # What `push` leaves in an outbox is not in these lists yet: look again soon.
                pause = 0.01 if self._playing() else 0.2
                writers = [visitor for visitor in visitors if visitor.outbox.waits]
                if any(session.outbox.waits for session in self._playing()):
                    writers.append(rtp)
            try:
                ready = select.select(self._sockets + visitors, writers, [], pause)[0]
            except (OSError, ValueError):
                # One of them has been closed.
                time.sleep(0.02)
                ready = visitors
            with self._lock:
                if self._closed:
                    return
                now = time.monotonic()
                if listener in ready:
                    self._accept(listener, now)
                for sock in rtp, rtcp:
                    if sock in ready:
                        self._hear(sock, now)
                for visitor in visitors:
                    self._attend(visitor, visitor in ready, now)

    def _accept(self, listener, now):
        try:
            sock, peer = listener.accept()
            sock.settimeout(0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            # The visitor has left already, or there are no sockets for now.
            return
        visitor = _Visitor(sock, peer[0], now)
        if len(self._visitors) < self.most + VISITORS:
            self._visitors.append(visitor)
            return
        self.refused += 1
        try:
            visitor.say(_answer("0", 503), now)
        except OSError:
            pass
        sock.close()

    def _hear(self, sock, now):
        """Datagrams of viewers. What they report matters to nobody; that they do is a sign of life."""
        for _ in range(32):
            try:
                peer = sock.recvfrom(2048)[1]
            except OSError:
                return
            for visitor in self._visitors:
                if visitor.session and visitor.session.address and peer in (visitor.session.address, visitor.session.reports_to):
                    visitor.heard = now

    def _attend(self, visitor, is_ready, now):
        if visitor not in self._visitors:
            return
        try:
            if is_ready:
                self._listen(visitor, now)
            visitor.outbox.send(now)
            session = visitor.session
            if session:
                session.outbox.send(now)
                if session.plays and now >= session.report_at:
                    session.report_at = now + REPORT
                    self._control(session, session.report(self.clock(), now), now)
            if visitor.is_gone(now):
                self.dropped += session is not None
                self._leave(visitor)
        except OSError:
            self._leave(visitor)

    def _leave(self, visitor):
        self._end(visitor)
        self._visitors.remove(visitor)
        visitor.sock.close()

    def _end(self, visitor):
        session, visitor.session = visitor.session, None
        if session and session.packets:
            self._control(session, session.goodbye(), time.monotonic())

    def _control(self, session, packet, now):
        """Sends an RTCP packet. One that is lost does no harm."""
        try:
            if session.reports_to:
                self._sockets[2].sendto(packet, session.reports_to)
            else:
                session.outbox.add([_framed(session.channel + 1, packet)], now)
                session.outbox.send(now)
        except OSError:
            pass

    def _listen(self, visitor, now):
        visitor.receive(now)
        while not visitor.is_leaving:
            sequence = "0"
            try:
                request = visitor.request(now)
                if request is None:
                    return
                method, url, headers = request
                sequence = headers["cseq"]
                answer, last = self._respond(visitor, *request, now), method == "TEARDOWN"
            except _Refused as refused:
                answer, last = _answer(sequence, refused.status, refused.headers, refused.body), refused.last
            visitor.say(answer, now)
            visitor.is_leaving = last
            if visitor.session and visitor.session.begins:
                visitor.session.play(now)

    def _respond(self, visitor, method, url, headers, now):
        """The answer to a request."""
        if "require" in headers:
            raise _Refused(551, {"Unsupported": headers["require"]})
        if method == "OPTIONS":
            return _answer(headers["cseq"], 200, {"Public": METHODS})
        if method not in METHODS.split(", "):
            raise _Refused(501, {"Public": METHODS})
        self._check(headers)
        if method == "DESCRIBE":
            return self._describe(visitor, url, headers)
        session = visitor.session
        name = headers.get("session", "").partition(";")[0].strip()
        if name and (session is None or name != session.name):
            raise _Refused(454)
        if method == "SETUP":
            session = self._set_up(visitor, url, headers)
            return _answer(headers["cseq"], 200, {"Session": "%s;timeout=%d" % (session.name, SESSION), "Transport": session.transport})
        if method == "GET_PARAMETER":
            return _answer(headers["cseq"], 200, {"Session": session.name} if session else {})
        if session is None:
            raise _Refused(454)
        found = {"Session": session.name}
        if method == "PLAY":
            session.begins = not session.plays
            place = "url=%s;seq=%d;rtptime=%d" % (url, session.stream.sequence, session.stream.ticks(now))
            found.update({"Range": "npt=0.000-", "RTP-Info": place})
        elif method == "PAUSE":
            session.pause()
        else:
            self._end(visitor)
        return _answer(headers["cseq"], 200, found)

    def _check(self, headers):
        if self._login is not None:
            kind, _, login = headers.get("authorization", "").partition(" ")
            if kind.lower() != "basic" or not _compare_digest(login.strip().encode("latin-1"), self._login):
                raise _Refused(401, {"WWW-Authenticate": 'Basic realm="oakc"'})

    def _find(self, url):
        path = unquote(urlsplit(url).path).rstrip("/") or "/"
        inner = path[: -len("/track1")] if path.endswith("/track1") else path
        stream = self._streams.get(path) or self._streams.get(inner or "/")
        if stream is None:
            raise _Refused(404)
        if stream.problem:
            raise _Refused(415, {"Content-Type": "text/plain"}, stream.problem + "\n")
        return stream

    def _describe(self, visitor, url, headers):
        body = self._find(url).description(visitor.sock.getsockname()[0])
        found = {"Content-Type": "application/sdp", "Content-Base": url.rstrip("/") + "/"}
        return _answer(headers["cseq"], 200, found, body)

    def _set_up(self, visitor, url, headers):
        stream = self._find(url)
        if visitor.session and visitor.session.plays:
            raise _Refused(455)
        session = _session(visitor, stream, headers.get("transport", ""), self._sockets[1])
        if visitor.session is None and self.viewers >= self.most:
            self.refused += 1
            raise _Refused(453)
        visitor.session = session
        return session


class Stream:
    """The frames of one encoder, for any number of viewers up to the server's limit."""

    def __init__(self, server, codec):
        self.problem = None  # why nothing can be sent, in words; viewers are told, too
        self.frames = 0
        self.ssrc = random.getrandbits(32)
        self.sequence = random.getrandbits(16)
        self._server, self._codec = server, codec
        self._first = random.getrandbits(32)
        self._newest = 0.0, time.monotonic()
        self._told = []

    def push(self, data, timestamp=None):
        """Sends a frame: all that the encoder gave for it. `timestamp` is a timedelta or seconds, by default those of now.
        The number of viewers that play.
        """
        data = bytes(data)
        now = time.monotonic()
        if timestamp is None:
            timestamp = now
        elif hasattr(timestamp, "total_seconds"):
            timestamp = timestamp.total_seconds()
        server = self._server
        with server._lock:
            self._newest = float(timestamp), now
            self.frames += 1
            sessions = server._playing(self)
            try:
                if len(data) > LARGEST:
                    raise _Unfit("a frame of more than %d bytes" % LARGEST)
                is_key, payloads = self._codec.payloads(data)
                self.problem = None
            except _Unfit as unfit:
                self.problem = str(unfit)
                if self.problem not in self._told and len(self._told) < 10:
                    self._told.append(self.problem)
                    print("oakc.rtsp: " + self.problem)
                return len(sessions)
            if sessions:
                self._send(sessions, is_key, payloads, now)
            return len(sessions)

    def _send(self, sessions, is_key, payloads, now):
        packets = self._packets(payloads, self.ticks(now))
        framed = {}
        for session in sessions:
            channel = session.channel
            if channel is not None and channel not in framed:
                framed[channel] = [b"".join(_framed(channel, packet) for packet in packets)]
            try:
                session.offer(packets, framed.get(channel, packets), is_key, now)
            except OSError:
                # The connection has ended, which the server's thread sees too.
                session.pause()

    def _packets(self, payloads, ticks):
        packets = []
        payload = payloads[0]
        for following in payloads[1:] + [None]:
            kind = self._codec.number | (following is None) << 7
            packets.append(struct.pack(">BBHII", 0x80, kind, self.sequence, ticks, self.ssrc) + payload)
            self.sequence = self.sequence + 1 & 0xFFFF
            payload = following
        return packets

    def ticks(self, now):
        """RTP's clock at a point of time.monotonic()."""
        timestamp, then = self._newest
        return self._first + round((timestamp + now - then) * RATE) & 0xFFFFFFFF

    def description(self, address):
        """SDP."""
        codec = self._codec
        lines = ["v=0", "o=- %d 1 IN IP4 %s" % (self.ssrc, address), "s=oakc", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*", "a=range:npt=0-",
                 "m=video 0 RTP/AVP %d" % codec.number, "a=rtpmap:%d %s/%d" % (codec.number, codec.name, RATE)]
        parameters = codec.parameters()
        if parameters:
            lines.append("a=fmtp:%d %s" % (codec.number, ";".join(parameters)))
        return "\r\n".join(lines + ["a=control:track1", ""])


# -------------------------------------------------------------------------------------------- viewers


class _Outbox:
    """What waits for a socket. What is under way is sent to its end, in front of anything else."""

    def __init__(self, write, now):
        self._write = write
        self._units = collections.deque()  # (pieces, since, is a frame)
        self._size = 0
        self.moved = now

    @property
    def waits(self):
        return bool(self._units)

    def has_room(self, size):
        return not self._units or self._size + size <= OUTBOX

    def add(self, pieces, now, is_frame=False):
        if not self._units:
            self.moved = now
        self._units.append((collections.deque(pieces), now, is_frame))
        self._size += sum(map(len, pieces))

    def make_way(self, now):
        """Drops the frames that are not under way, if they have waited for long. Whether there were any."""
        late = [unit for unit in list(self._units)[1:] if unit[2]]
        if not late or now - late[0][1] < LATE:
            return False
        self._units = collections.deque(unit for unit in self._units if not any(unit is it for it in late))
        self._size = sum(len(piece) for unit in self._units for piece in unit[0])
        return True

    def send(self, now):
        while self._units:
            pieces = self._units[0][0]
            while pieces:
                try:
                    sent = self._write(pieces[0])
                except OSError as error:
                    if error.errno in LATER:
                        return
                    raise
                self._size -= sent
                self.moved = now
                if sent < len(pieces[0]):
                    pieces[0] = memoryview(pieces[0])[sent:]
                else:
                    pieces.popleft()
            self._units.popleft()


class _Session:
    """A viewer: by TCP with `channel`, by UDP with `address` and `reports_to`."""

    def __init__(self, stream, outbox, transport, channel=None, address=None, reports_to=None):
        self.stream, self.outbox, self.transport = stream, outbox, transport
        self.channel, self.address, self.reports_to = channel, address, reports_to
        self.name = "%016x" % random.getrandbits(64)
        self.plays = self.begins = self.waits_for_key = False
        self.packets = self.octets = 0
        self.report_at = 0.0

    def play(self, now):
        self.plays, self.begins, self.waits_for_key, self.report_at = True, False, True, now + 0.5

    def pause(self):
        self.plays = self.begins = False

    def offer(self, packets, pieces, is_key, now):
        """Sends a frame, unless it would be of no use, or there is no room for it."""
        if is_key:
            self.outbox.make_way(now)
        if self.waits_for_key and not is_key:
            return
        self.waits_for_key = not self.outbox.has_room(sum(map(len, pieces)))
        if not self.waits_for_key:
            self.packets += len(packets)
            self.octets += sum(map(len, packets)) - 12 * len(packets)
            self.outbox.add(pieces, now, True)
        self.outbox.send(now)

    def report(self, wall, now):
        """A sender report. Without a wall clock its time is that since the start."""
        since_1900 = int((now if wall is None else wall + 2208988800) * 2**32) & 0xFFFFFFFFFFFFFFFF
        stream = self.stream
        counts = self.packets & 0xFFFFFFFF, self.octets & 0xFFFFFFFF
        return struct.pack(">BBHIQIII", 0x80, 200, 6, stream.ssrc, since_1900, stream.ticks(now), *counts) + self._names()

    def goodbye(self):
        return struct.pack(">BBHI", 0x80, 201, 1, self.stream.ssrc) + self._names() + struct.pack(">BBHI", 0x81, 203, 1, self.stream.ssrc)

    def _names(self):
        return struct.pack(">BBHIBB", 0x81, 202, 3, self.stream.ssrc, 1, 4) + b"oakc\0\0"


def _session(visitor, stream, transport, rtp):
    """The first of the visitor's choices that can be had."""
    now = time.monotonic()
    for choice in transport.split(",")[:16]:
        kind, *options = (part.strip() for part in choice.split(";"))
        options = {name.lower(): value for name, _, value in (option.partition("=") for option in options)}
        if "multicast" in options or options.get("destination", visitor.peer) != visitor.peer:
            continue
        if kind.upper() == "RTP/AVP/TCP":
            channel = _pair(options.get("interleaved", "0-1"), 254)
            if channel is not None:
                text = "%s;unicast;interleaved=%d-%d;ssrc=%08X" % (kind, channel, channel + 1, stream.ssrc)
                return _Session(stream, visitor.outbox, text, channel=channel)
        elif kind.upper() in ("RTP/AVP", "RTP/AVP/UDP"):
            port = _pair(options.get("client_port", ""), 65534)
            if port:
                server_port = rtp.getsockname()[1]
                ports = port, port + 1, server_port, server_port + 1, stream.ssrc
                text = kind + ";unicast;client_port=%d-%d;server_port=%d-%d;ssrc=%08X" % ports
                address = visitor.peer, port
                return _Session(stream, _Outbox(_datagrams(rtp, address), now), text, None, address, (visitor.peer, port + 1))
    raise _Refused(461)


def _pair(text, most):
    """The first of two numbers that follow on each other."""
    first, dash, second = text.partition("-")
    if not (first.isascii() and first.isdigit() and len(first) < 6 and int(first) <= most):
        return None
    return int(first) if not dash or second == str(int(first) + 1) else None


def _datagrams(sock, address):
    def write(packet):
        try:
            return sock.sendto(packet, address)
        except OSError as error:
            if error.errno in LATER:
                raise
            # Nobody there, for now: that is as good as lost on the way.
            return len(packet)

    return write


class _Visitor:
    """A connection: requests come in; answers go out, and the packets of a viewer by TCP."""

    def __init__(self, sock, peer, now):
        self.sock, self.peer = sock, peer
        self.outbox = _Outbox(sock.send, now)
        self.session = None
        self.is_leaving = False
        self.heard = now
        self._began = None
        self._received = bytearray()
        self._skipped = 0

    def fileno(self):
        return self.sock.fileno()

    def receive(self, now):
        """Takes what has come. Raises OSError at the end of the connection."""
        try:
            some = self.sock.recv(4096)
        except OSError as error:
            if error.errno in LATER:
                return
            raise
        if not some:
            raise ConnectionError("closed")
        if not self.is_leaving:
            self._received += some
            self._began = self._began or now

    def say(self, answer, now):
        if not self.outbox.has_room(len(answer)):
            raise ConnectionError("it asks and does not listen")
        self.outbox.add([answer], now)
        self.outbox.send(now)

    def is_gone(self, now):
        # Closed with something unread, the connection would lose the answer.
        if self.is_leaving and not self.outbox.waits and now - self.outbox.moved > LINGER:
            return True
        outboxes = [self.outbox] + ([self.session.outbox] if self.session else [])
        if any(outbox.waits and now - outbox.moved > STALLED for outbox in outboxes):
            return True
        if self._began is not None and now - self._began > REQUEST:
            return True
        by_tcp = self.session and self.session.plays and self.session.channel is not None
        heard = max(self.heard, self.outbox.moved) if by_tcp else self.heard
        return now - heard > (SESSION + 5 if self.session else IDLE)

    def request(self, now):
        """The next request as method, URL and headers; None if it has not come yet."""
        self._skip(now)
        received = self._received
        if not received:
            self._began = None
            return None
        if received[0] == 0x24:
            return None
        end = received.find(b"\r\n\r\n", 0, HEAD)
        if end < 0:
            if len(received) >= HEAD:
                raise _Refused(413, last=True)
            return None
        request = _request(received[:end].decode("latin-1"))
        size = request[2].get("content-length", "0")
        if not (size.isascii() and size.isdigit()):
            raise _Refused(400, last=True)
        if len(size) > 6 or int(size) > BODY:
            raise _Refused(413, last=True)
        if len(received) < end + 4 + int(size):
            return None
        del received[: end + 4 + int(size)]
        self.heard = now
        self._began = now if received else None
        return request

    def _skip(self, now):
        """Passes over the RTCP packets of a viewer by TCP, and empty lines."""
        received = self._received
        while received:
            if self._skipped:
                size = min(self._skipped, len(received))
                self._skipped -= size
            elif received[0] in b"\r\n":
                size = 1
            elif received[0] == 0x24 and len(received) >= 4:
                size, self._skipped = 4, received[2] << 8 | received[3]
                self.heard = now
            else:
                return
            del received[:size]
            self._began = now


def _request(head):
    lines = head.split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not all(0x20 < ord(character) < 0x7F and character not in '"<>;,' for word in words for character in word):
        raise _Refused(400, last=True)
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or "\n" in line or "\r" in line or "\0" in line:
            raise _Refused(400, last=True)
        headers[name.lower()] = value.strip()
    sequence = headers.get("cseq", "")
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) < 12):
        raise _Refused(400, last=True)
    if words[2] != "RTSP/1.0":
        raise _Refused(505, last=True)
    try:
        urlsplit(words[1])
    except ValueError:
        raise _Refused(400, last=True) from None
    return words[0], words[1], headers


def _answer(sequence, status, headers=None, body=""):
    lines = ["RTSP/1.0 %d %s" % (status, REASONS[status]), "CSeq: " + sequence, "Server: oakc"]
    lines += ["%s: %s" % header for header in (headers or {}).items()]
    if body:
        lines.append("Content-Length: %d" % len(body))
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1", "replace")


def _framed(channel, packet):
    return struct.pack(">cBH", b"$", channel, len(packet)) + packet


def _pair_of_sockets(address, port):
    """Two datagram sockets, the second at the port behind the even one of the first."""
    failure = OSError("no two free ports behind each other")
    for _ in range(1 if port else 100):
        pair = []
        try:
            for offset in range(2):
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                pair.append(sock)
                sock.bind((address, pair[0].getsockname()[1] + 1 if offset else port))
            if pair[0].getsockname()[1] % 2 == 0:
                return pair
        except (OSError, OverflowError) as error:
            failure = error
        for sock in pair:
            sock.close()
    raise OSError(*failure.args)


# --------------------------------------------------------------------------------------------- codecs


class _Video:
    """RFC 6184 and RFC 7798: NAL units, in packets of their own, or in fragments where they are too large."""

    number = 96

    def __init__(self):
        self._sets = {}  # parameter sets by their kind, the newest

    def payloads(self, data):
        """Whether a frame is a key frame, and the payloads of its packets."""
        units = _units(data)
        kinds = [self.kind(unit) for unit in units]
        if not units or not all(map(self.is_possible, kinds)):
            raise _Unfit("this is not %s with start codes: set the VideoEncoder's `profile` and the stream to the same" % self.name)
        found = {kind: [unit for unit, its in zip(units, kinds) if its == kind] for kind in self.SETS if kind in kinds}
        self._sets.update(found)
        is_key = any(map(self.is_key, kinds))
        if is_key and len(found) < len(self.SETS):
            at = kinds[0] == self.DELIMITER
            units[at:at] = [unit for kind in self.SETS if kind not in found for unit in self._sets.get(kind, ())]
        payloads = []
        for unit in units:
            if len(unit) <= PACKET - 12:
                payloads.append(unit)
            else:
                payloads += self.fragments(unit)
        return is_key, payloads

    def parameters(self):
        if not all(kind in self._sets for kind in self.SETS):
            return []
        return self.described(*(",".join(base64.b64encode(unit).decode("ascii") for unit in self._sets[kind][:4] if len(unit) < 1024) for kind in self.SETS))


class _H264(_Video):
    name = "H264"
    SETS = 7, 8  # SPS, PPS
    DELIMITER = 9

    def kind(self, unit):
        return unit[0] & 31

    def is_possible(self, kind):
        return 0 < kind < 24

    def is_key(self, kind):
        return kind == 5

    def fragments(self, unit):
        return _fragments(bytes([unit[0] & 0xE0 | 28]), unit[0] & 31, unit[1:])

    def described(self, sps, pps):
        profile = binascii.hexlify(self._sets[7][0][1:4]).decode("ascii")
        return ["packetization-mode=1", "profile-level-id=" + profile, "sprop-parameter-sets=%s,%s" % (sps, pps)]


class _H265(_Video):
    name = "H265"
    SETS = 32, 33, 34  # VPS, SPS, PPS
    DELIMITER = 35

    def kind(self, unit):
        return unit[0] >> 1 & 63 if len(unit) > 2 and unit[1] & 7 else 63

    def is_possible(self, kind):
        return kind < 48

    def is_key(self, kind):
        return 16 <= kind <= 21

    def fragments(self, unit):
        return _fragments(bytes([unit[0] & 0x81 | 49 << 1, unit[1]]), unit[0] >> 1 & 63, unit[2:])

    def described(self, vps, sps, pps):
        return ["sprop-vps=" + vps, "sprop-sps=" + sps, "sprop-pps=" + pps]


def _units(data):
    """The NAL units between start codes."""
    starts, at = [], data.find(b"\0\0\1")
    if at < 0 or data[:at].strip(b"\0"):
        return []
    while at >= 0:
        starts.append(at)
        at = data.find(b"\0\0\1", at + 3)
    ends = starts[1:] + [len(data)]
    units = (data[start + 3 : end].rstrip(b"\0") for start, end in zip(starts, ends))
    return [unit for unit in units if unit]


def _fragments(prefix, kind, body):
    step = PACKET - 12 - len(prefix) - 1
    return [
        prefix + bytes([(at == 0) << 7 | (at + step >= len(body)) << 6 | kind]) + body[at : at + step] for at in range(0, len(body), step)
    ]


class _Jpeg:
    """RFC 2435: the picture without its headers, which a viewer makes up from type, size and quantisation tables."""

    name, number = "JPEG", 26

    def parameters(self):
        return []

    def payloads(self, data):
        try:
            kind, width, height, interval, tables, scan = _picture(data)
        except (IndexError, struct.error):
            raise _Unfit("this is not a whole JPEG") from None
        payloads, at = [], 0
        head = b"" if not interval else struct.pack(">HH", interval, 0xFFFF)
        while at < len(scan):
            start = struct.pack(">IBBBB", at, kind + 64 * bool(interval), 255, (width + 7) // 8, (height + 7) // 8) + head
            if at == 0:
                start += struct.pack(">BBH", 0, 0, len(tables)) + tables
            part = scan[at : at + PACKET - 12 - len(start)]
            payloads.append(start + part)
            at += len(part)
        return True, payloads


def _picture(data):
    """Type, width, height, restart interval, quantisation tables and scan of a JPEG."""
    if data[:2] != b"\xff\xd8":
        raise _Unfit("this is not a JPEG: set the VideoEncoder's `profile` to MJPEG, or the stream to what it is")
    tables, frame, interval, at = {}, None, 0, 2
    while True:
        marker, size = struct.unpack_from(">HH", data, at)
        part = data[at + 4 : at + 2 + size]
        at += 2 + size
        if size < 2 or marker < 0xFF01:
            raise _Unfit("this is not a whole JPEG")
        if marker == 0xFFDB:
            for start in range(0, len(part), 65):
                tables[part[start]] = part[start + 1 : start + 65]
        elif marker == 0xFFC4:
            _check_huffman(part)
        elif marker == 0xFFDD:
            (interval,) = struct.unpack(">H", part)
        elif marker == 0xFFDA:
            break
        elif 0xFFC0 <= marker <= 0xFFCF:
            frame = part if marker == 0xFFC0 else b""
    kind = {b"\x21": 0, b"\x22": 1}.get(frame[7:8]) if frame and len(frame) == 15 and frame[0] == 8 else None
    if kind is None or frame[10] != 0x11 or frame[13] != 0x11:
        raise _Unfit("RTP carries only baseline JPEGs in YCbCr 4:2:0 and 4:2:2")
    height, width = struct.unpack_from(">HH", frame, 1)
    if not (0 < width <= PIXELS and 0 < height <= PIXELS):
        raise _Unfit("RTP carries JPEGs of up to %d x %d pixels, and this one has %d x %d" % (PIXELS, PIXELS, width, height))
    found = [tables.get(number, b"") for number in (frame[8], frame[11])]
    if any(len(table) != 64 for table in found):
        raise _Unfit("this is not a whole JPEG")
    end = data.rfind(b"\xff\xd9")
    return kind, width, height, interval, b"".join(found), data[at : end if end > at else len(data)]


def _check_huffman(part):
    while part:
        size = 17 + sum(part[1:17])
        part[size - 1]
        if HUFFMAN.get(part[0]) != binascii.crc32(part[1:size]):
            raise _Unfit("RTP carries only JPEGs with the usual Huffman tables")
        part = part[size:]


CODECS = {"h264": _H264, "h265": _H265, "mjpeg": _Jpeg}
