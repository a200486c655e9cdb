"""HTTP: a client, and a small server that streams MJPEG.

    from oakc import http
    answer = http.post("http://192.168.1.20/counts", json={"people": 3})     # answer.status, .body, .text, .json()

    server = http.Server(8080)
    server.route("/count", lambda request: {"people": 3})
    video = server.stream("/video")
    server.start()
    video.push(frame.getData())

The client follows redirects, keeps connections of a `Client` open, and ends a request after a time and a number of bytes. The
server has a limit for everything that a visitor can send, and one thread for each of at most 16 visitors that it answers; all
viewers of a stream share one thread, and each gets the newest frame when it has received the one before, so that a slow one
keeps nobody waiting. Names as host need dns.install(). Needs LEON_CSS. No encryption.
"""
import base64
import http.client
import io
import json as _json
import select
import socket
import threading
import time
import traceback
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

TIMEOUT = 10.0  # seconds for a request with its answer, and for sending 64 KiB
IDLE = 15.0  # seconds that a visitor may be silent between two requests
STALLED = 20.0  # seconds after which a viewer that takes nothing is left
LARGEST = 1024 * 1024  # bytes of an answer, or of a visitor's body
HEAD = 16 * 1024  # bytes of a visitor's request line and headers
REDIRECTS = 5
REQUESTS = 100  # of a visitor, until it has to connect again
BOUNDARY = b"oakc-frame"
STREAM = b"multipart/x-mixed-replace; boundary=" + BOUNDARY


class HttpError(OSError):
    """There was no answer, or none that can be used."""


class Answer:
    """What a server answered. The names of `headers` are in lower case."""

    def __init__(self, status, reason, headers, body, url):
        self.status, self.reason, self.headers, self.body, self.url = status, reason, headers, body, url

    @property
    def ok(self):
        return 200 <= self.status < 300

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return _json.loads(self.body)


class Client:
    """Requests to one server, on one connection as far as it keeps it open. For one thread at a time."""

    def __init__(self, base, timeout=TIMEOUT, largest=LARGEST, headers=None, auth=None, redirects=REDIRECTS):
        self.base, self.timeout, self.largest, self.redirects = base, timeout, largest, redirects
        self.headers = dict(headers or {})
        if auth:
            self.headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode("utf-8")).decode("ascii")
        self._connection = self._place = None

    def get(self, path="", **options):
        return self.request("GET", path, **options)

    def post(self, path="", data=None, **options):
        return self.request("POST", path, data, **options)

    def put(self, path="", data=None, **options):
        return self.request("PUT", path, data, **options)

    def delete(self, path="", **options):
        return self.request("DELETE", path, **options)

    def request(self, method, path="", data=None, json=None, headers=None, timeout=None):
        """One request: `data` is bytes or a text, `json` anything that JSON can say. Raises HttpError."""
        until = time.monotonic() + (timeout or self.timeout)
        sent = {**self.headers, **(headers or {})}
        if json is not None:
            data = _json.dumps(json)
            sent.setdefault("Content-Type", "application/json")
        data = data.encode("utf-8") if isinstance(data, str) else data
        url = urljoin(self.base, path)
        try:
            for _ in range(self.redirects + 1):
                answer = self._once(method, url, data, sent, until)
                target = answer.headers.get("location")
                if answer.status not in (301, 302, 303, 307, 308) or not target:
                    return answer
                if answer.status == 303 or answer.status < 303 and method == "POST":
                    method, data = "HEAD" if method == "HEAD" else "GET", None
                    sent = {name: value for name, value in sent.items() if not name.lower().startswith("content-")}
                before, url = url, urljoin(url, target)
                if _place(url) != _place(before):
                    sent = {name: value for name, value in sent.items() if name.lower() not in ("authorization", "cookie")}
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.close()
            if isinstance(error, HttpError):
                raise
            raise HttpError("%s: %s" % (url[:200], error or type(error).__name__)) from error
        self.close()
        raise HttpError("too many redirects: " + url[:200])

    def close(self):
        if self._connection:
            self._connection.close()
        self._connection = None

    def _once(self, method, url, data, headers, until):
        place = _place(url)
        parts = urlsplit(url)
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        kept = self._connection is not None and self._place == place and not _is_over(self._connection.sock)
        if not kept:
            self.close()
        for again in True, False:
            if self._connection is None:
                kept, self._place = False, place
                self._connection = _Connection(*place, timeout=_left(until))
                self._connection.until = until
                self._connection.connect()
            self._connection.until = until
            self._connection.sock.settimeout(_left(until))
            try:
                self._connection.request(method, target, data, headers)
                response = self._connection.getresponse()
                break
            except (ConnectionError, http.client.BadStatusLine):
                self.close()
                # The server closed what was kept open; what changes something there is not asked twice.
                if not (kept and again and method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")):
                    raise
        body = self._body(response)
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.close()
        return Answer(response.status, response.reason, headers, body, url)

    def _body(self, response):
        body = bytearray()
        while True:
            some = response.read1(65536)
            if not some:
                break
            body += some
            if len(body) > self.largest:
                raise HttpError("an answer of more than %d bytes" % self.largest)
        if response.length and not response.chunked and response._method != "HEAD":
            raise HttpError("the answer was cut off")
        response.close()
        return bytes(body)


def get(url, timeout=TIMEOUT, **options):
    """One GET on a connection of its own. The options are those of `Client` and of `Client.request`."""
    return _single("GET", url, None, timeout, options)


def post(url, data=None, timeout=TIMEOUT, **options):
    """One POST on a connection of its own."""
    return _single("POST", url, data, timeout, options)


def _single(method, url, data, timeout, options):
    request = {name: options.pop(name) for name in ("json", "headers") if name in options}
    client = Client(url, timeout, **options)
    try:
        return client.request(method, "", data, **request)
    finally:
        client.close()


def _place(url):
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise HttpError("not an address with http://: " + url[:200])
    return parts.hostname, parts.port or 80


def _left(until):
    left = until - time.monotonic()
    if left <= 0:
        raise socket.timeout("timed out")
    return left


def _is_over(sock):
    """Whether the other side has closed a connection that should be silent now."""
    return sock is None or bool(select.select([sock], [], [], 0)[0])


class _Timed(io.RawIOBase):
    """What a socket receives until a point in time, however slowly it comes."""

    def __init__(self, sock, owner):
        self._raw, self._sock, self._owner = sock.makefile("rb", 0), sock, owner
        self.ended = False

    def readable(self):
        return True

    def readinto(self, buffer):
        self._sock.settimeout(_left(self._owner.until))
        size = self._raw.readinto(buffer)
        self.ended = not size
        return size

    def close(self):
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock, *args, **options):
        super().__init__(sock, *args, **options)
        self.fp.close()
        self._timed = _Timed(sock, sock.owner)
        self.fp = io.BufferedReader(self._timed)

    def begin(self):
        super().begin()
        if self._timed.ended:
            raise HttpError("the answer was cut off")


class _Socket(socket.socket):
    owner = None


class _Connection(http.client.HTTPConnection):
    response_class = _Response
    until = 0.0

    def connect(self):
        failure = HttpError("no address")
        for *kind, _, address in socket.getaddrinfo(self.host, self.port, socket.AF_INET, socket.SOCK_STREAM):
            sock = _Socket(*kind)
            try:
                sock.settimeout(_left(self.until))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                failure = error
                sock.close()
                continue
            sock.owner, self.sock = self, sock
            return
        raise failure


class Request:
    """What a visitor wants. `query` has the last value of each name; the names of `headers` are in lower case."""

    def __init__(self, method, path, query, headers, body, peer):
        self.method, self.path, self.query, self.headers, self.body, self.peer = method, path, query, headers, body, peer

    def json(self):
        try:
            return _json.loads(self.body)
        except ValueError:
            raise _Refused(400) from None


class Reply:
    """An answer with everything said: other handlers return JSON's values, a text (HTML), bytes, or None."""

    def __init__(self, body=b"", status=200, content_type="application/octet-stream", headers=None):
        self.body, self.status, self.content_type, self.headers = body, status, content_type, dict(headers or {})


class _Refused(Exception):
    """A request that gets an error as its answer, and is the last one of its connection."""


class Server:
    """Answers on a port. `visitors` that are answered at a time; more of them get status 503."""

    def __init__(self, port=8080, address="", visitors=16):
        self.port, self.address, self.visitors = port, address, visitors
        self.refused = 0
        self._routes = {}
        self._streams = []
        self._free = threading.Semaphore(visitors)
        self._closed = False
        self._socket = None

    def route(self, path, function=None, methods=("GET",)):
        """Calls `function(request)` for a path; one that ends with `*` is for all that begin so. Also a decorator."""
        if function is None:
            return lambda function: self.route(path, function, methods)
        self._routes[path] = function, tuple(methods)
        return function

    def stream(self, path, viewers=32):
        """A stream of JPEG pictures for so many viewers. Returns it; its `push` sends a picture."""
        stream = Stream(viewers)
        self._routes[path] = stream, ("GET",)
        self._streams.append(stream)
        return stream

    def start(self):
        """Answers from now on, in threads. The port is in `port`, also where it was 0."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self.address, self.port))
            sock.listen(16)
        except OSError:
            sock.close()
            raise
        sock.settimeout(1.0)
        self.port = sock.getsockname()[1]
        self._socket = sock
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def close(self):
        """Takes no more visitors, and ends the streams."""
        self._closed = True
        if self._socket:
            self._socket.close()
        for stream in self._streams:
            stream.close()

    def _accept(self):
        while not self._closed:
            try:
                sock, peer = self._socket.accept()
            except socket.timeout:
                continue
            except OSError:
                # Closed, or out of sockets for now.
                time.sleep(0.1)
                continue
            if not self._free.acquire(blocking=False):
                self.refused += 1
                sock.settimeout(0)
                _say(sock, b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\nRetry-After: 1\r\n\r\n")
                sock.close()
                continue
            try:
                threading.Thread(target=self._serve, args=(sock, peer), daemon=True).start()
            except RuntimeError:
                # No more threads.
                self._free.release()
                sock.close()

    def _serve(self, sock, peer):
        visitor = _Visitor(sock, peer)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for number in range(REQUESTS):
                if self._closed or not self._one(visitor, number == REQUESTS - 1):
                    break
        except (OSError, ValueError):
            pass
        finally:
            self._free.release()
            visitor.file.close()
            if not visitor.given_away:
                sock.close()

    def _one(self, visitor, last):
        """One request. Whether another may follow."""
        try:
            request, keep = visitor.request()
            if request is None:
                return False
            function, path_is_known = self._find(request)
            if isinstance(function, Stream) and request.method == "GET":
                visitor.given_away = function.add(visitor.sock)
                if not visitor.given_away:
                    visitor.answer(Reply(status=503), "GET", False)
                return False
            reply = self._reply(function, path_is_known, request)
        except _Refused as refused:
            visitor.answer(Reply(status=refused.args[0]), "GET", False)
            visitor.linger()
            return False
        keep = keep and not last and self._has_room()
        visitor.answer(reply, request.method, keep)
        return keep

    def _has_room(self):
        room = self._free.acquire(blocking=False)
        if room:
            self._free.release()
        return room

    def _find(self, request):
        found = self._routes.get(request.path)
        if found is None:
            wild = [path for path in self._routes if path.endswith("*") and request.path.startswith(path[:-1])]
            found = self._routes[max(wild, key=len)] if wild else (None, ())
        function, methods = found
        fits = request.method in methods or request.method == "HEAD" and "GET" in methods
        return (function if fits else None), methods

    def _reply(self, function, methods, request):
        if function is None and methods:
            return Reply(status=405, headers={"Allow": ", ".join(methods)})
        if function is None:
            return Reply(status=404)
        if isinstance(function, Stream):
            return Reply(content_type=STREAM.decode("ascii"))
        try:
            return _as_reply(function(request))
        except _Refused:
            raise
        except Exception:
            print("oakc.http: a handler failed:\n" + traceback.format_exc())
            return Reply(status=500)


def _as_reply(value):
    if isinstance(value, Reply):
        for name, text in value.headers.items():
            if any(character in str(name) + str(text) for character in "\r\n\0"):
                raise ValueError("a header of more than one line")
        body = value.body.encode("utf-8") if isinstance(value.body, str) else bytes(value.body)
        return Reply(body, value.status, value.content_type, value.headers)
    if value is None:
        return Reply(status=204)
    if isinstance(value, str):
        return Reply(value.encode("utf-8"), content_type="text/html; charset=utf-8")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Reply(bytes(value))
    return Reply(_json.dumps(value).encode("utf-8"), content_type="application/json")


class _Visitor:
    """The connection of a visitor."""

    def __init__(self, sock, peer):
        self.sock, self.peer = sock, peer
        self.given_away = False
        self.until = 0.0
        self.file = io.BufferedReader(_Timed(sock, self))

    def request(self):
        """The next request, and whether the visitor keeps the connection; None if there is none."""
        self.until = time.monotonic() + IDLE
        if not self.file.peek(1):
            return None, False
        self.until = time.monotonic() + TIMEOUT
        left = HEAD
        line, left = self._line(left)
        words = line.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[0].isalpha():
            raise _Refused(400)
        headers = {}
        while True:
            line, left = self._line(left)
            if not line:
                break
            name, colon, value = line.partition(":")
            name = name.lower()
            if not colon or not name or name != name.strip() or name == "content-length" and headers.get(name, value.strip()) != value.strip():
                raise _Refused(400)
            headers[name] = value.strip()
        body = self._body(headers)
        target = urlsplit(words[1] if words[1].startswith("/") else "/" + words[1].partition("://")[2].partition("/")[2])
        try:
            query = dict(parse_qsl(target.query, keep_blank_values=True, max_num_fields=100))
        except ValueError:
            raise _Refused(400) from None
        keep = words[2] != "HTTP/1.0" and "close" not in headers.get("connection", "").lower()
        return Request(words[0].upper(), unquote(target.path), query, headers, body, self.peer[0]), keep

    def _line(self, left):
        line = self.file.readline(left + 1)
        if len(line) > left:
            raise _Refused(431)
        if not line.endswith(b"\n"):
            raise ConnectionError("cut off")
        return line.rstrip(b"\r\n").decode("latin-1"), left - len(line)

    def _body(self, headers):
        if "transfer-encoding" in headers:
            raise _Refused(411)
        size = headers.get("content-length", "0")
        if not size.isascii() or not size.isdigit() or len(size) > 12:
            raise _Refused(400)
        if int(size) > LARGEST:
            raise _Refused(413)
        if headers.get("expect", "").lower() == "100-continue":
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.file.read(int(size))
        if len(body) < int(size):
            raise ConnectionError("cut off")
        return body

    def answer(self, reply, method, keep):
        reason = http.client.responses.get(reply.status, "")
        if reply.status >= 400 and not reply.body:
            reply = Reply((reason + "\n").encode("ascii"), reply.status, "text/plain", reply.headers)
        lines = ["HTTP/1.1 %d %s" % (reply.status, reason), "Connection: " + ("keep-alive" if keep else "close")]
        if reply.status >= 200 and reply.status not in (204, 304):
            lines += ["Content-Length: %d" % len(reply.body), "Content-Type: " + reply.content_type]
        lines += ["%s: %s" % header for header in reply.headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        self.send(head if method == "HEAD" or reply.status in (204, 304) else head + reply.body)

    def send(self, data):
        for at in range(0, len(data), 65536):
            self.sock.settimeout(TIMEOUT)
            self.sock.sendall(data[at : at + 65536])

    def linger(self):
        """Reads on for a moment: closed with something unread, the connection would lose the answer."""
        self.sock.shutdown(socket.SHUT_WR)
        self.until = time.monotonic() + 1
        for _ in range(64):
            if not self.file.read1(65536):
                break


class Stream:
    """Pictures for any number of viewers up to a limit."""

    def __init__(self, viewers):
        self.most = viewers
        self.dropped = 0  # viewers that took nothing any more
        self._viewers = []
        self._part, self._number = None, 0
        self._changed = threading.Condition()
        self._closed = False
        self._thread = None

    @property
    def viewers(self):
        """How many there are now."""
        return len(self._viewers)

    def push(self, jpeg):
        """Makes this the newest picture; never waits. The number of viewers."""
        jpeg = bytes(jpeg)
        head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (BOUNDARY, len(jpeg))
        with self._changed:
            self._part, self._number = head + jpeg + b"\r\n", self._number + 1
            self._changed.notify_all()
            return len(self._viewers)

    def close(self):
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def add(self, sock):
        """Takes over a connection. Whether there was a place."""
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: %s\r\n\r\n"
        with self._changed:
            if self._closed or len(self._viewers) >= self.most:
                return False
            sock.settimeout(0)
            self._viewers.append(_Viewer(sock, head % STREAM))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return True

    def _run(self):
        while not self._closed:
            with self._changed:
                viewers, part, number = list(self._viewers), self._part, self._number
                busy = [viewer for viewer in viewers if viewer.wants(part, number)]
                if not busy:
                    self._changed.wait(1.0)
                    continue
            try:
                ready = select.select([], busy, [], 0.02)[1]
            except (OSError, ValueError):
                time.sleep(0.02)
                ready = busy
            now = time.monotonic()
            for viewer in busy:
                if viewer in ready:
                    viewer.send(now)
                if viewer.is_gone(now):
                    self._remove(viewer)
        for viewer in list(self._viewers):
            self._remove(viewer)

    def _remove(self, viewer):
        with self._changed:
            self._viewers.remove(viewer)
            self.dropped += viewer.failed is None
        viewer.sock.close()


class _Viewer:
    def __init__(self, sock, head):
        self.sock, self.left, self.number = sock, memoryview(head), 0
        self.moved = time.monotonic()
        self.failed = None

    def fileno(self):
        return self.sock.fileno()

    def wants(self, part, number):
        """Whether there is something to send; the newest picture follows on what is under way."""
        if not self.left and part is not None and number != self.number:
            self.left, self.number, self.moved = memoryview(part), number, time.monotonic()
        return bool(self.left)

    def send(self, now):
        try:
            self.left = self.left[self.sock.send(self.left[:262144]) :]
            self.moved = now
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self.failed = error

    def is_gone(self, now):
        return self.failed is not None or bool(self.left) and now - self.moved > STALLED


def _say(sock, data):
    try:
        sock.send(data)
    except OSError:
        pass
