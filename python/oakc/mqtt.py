"""MQTT 3.1.1: publishes and subscribes, with QoS 0 and 1.

    from oakc import mqtt
    client = mqtt.Client("192.168.1.20", user="oak", password="...", will=("oak/1/state", "gone", 1, True))
    client.subscribe("oak/1/set/#", lambda topic, payload: print(topic, payload))
    client.start()
    client.publish("oak/1/count", {"people": 3}, qos=1)

The client connects by itself, and again when the connection ends, with pauses from 1 second up to a minute; it subscribes
again each time. `publish` never waits: messages go into an outbox of so many messages and bytes, which drops the oldest
and counts them in `dropped`. QoS 1 messages are sent again until the broker has confirmed them. Handlers run in the
client's thread, one after the other. Names as host need dns.install(). Needs LEON_CSS; two threads. No encryption.
"""
import collections
import json
import random
import socket
import struct
import threading
import time
import traceback

PORT = 1883
TIMEOUT = 10.0  # seconds for a connection, an answer, and each step of sending
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between two connections
IN_FLIGHT = 20  # messages of QoS 1 that wait for a confirmation
LARGEST = 256 * 1024  # bytes of a message that is taken
CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14
REFUSED = {1: "version", 2: "client id", 3: "unavailable", 4: "user or password", 5: "not allowed"}


class MqttError(OSError):
    """The broker said something that it must not say, or refused."""


class Client:
    """A connection to one broker. `will` is (topic, payload[, qos[, retain]]); `on_message(topic, payload)` gets what no
    handler of a subscription gets; `on_connect()` and `on_disconnect(reason)` run in the client's thread.
    """

    def __init__(self, host, port=PORT, client_id=None, user=None, password=None, keep_alive=30, will=None, clean=True,
                 outbox=100, outbox_bytes=1024 * 1024, on_message=None, on_connect=None, on_disconnect=None):
        if not 1 <= keep_alive <= 65535:
            raise ValueError("keep_alive is from 1 to 65535 seconds")
        if password is not None and user is None:
            raise ValueError("a password needs a user")
        self.host, self.port = host, port
        self.client_id = client_id or "oak-%08x" % random.getrandbits(32)
        self.keep_alive = keep_alive
        self.on_message, self.on_connect, self.on_disconnect = on_message, on_connect, on_disconnect
        self.connected = False
        self.reason = None  # why the last connection ended
        self.sent = self.received = self.dropped = self.oversized = self.connections = 0
        self._connect_packet = self._hello(user, password, will, clean)
        self._most, self._most_bytes = outbox, outbox_bytes
        self._outbox, self._bytes = collections.deque(), 0
        self._flight = collections.OrderedDict()
        self._subscriptions = {}
        self._number = 0
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._closed = threading.Event()
        self._socket = self._thread = self._since = None

    def start(self):
        """Connects in the background."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        return self

    def publish(self, topic, payload=b"", qos=0, retain=False):
        """Sends bytes, a text, or anything else as JSON, as soon as there is a connection."""
        if not topic or "+" in topic or "#" in topic or "\0" in topic:
            raise ValueError("not a topic: " + repr(topic[:80]))
        if qos not in (0, 1):
            raise ValueError("QoS is 0 or 1")
        message = _string(topic), _payload(payload), qos, bool(retain)
        with self._changed:
            self._outbox.append(message)
            self._bytes += _size(message)
            self._bound()
            self._changed.notify_all()

    def subscribe(self, topic, handler=None, qos=0):
        """Wants what is published under a topic, which may contain `+` and `#`."""
        if qos not in (0, 1):
            raise ValueError("QoS is 0 or 1")
        parts = topic.split("/")
        wild = any("#" in part and (part != "#" or part is not parts[-1]) or "+" in part and part != "+" for part in parts)
        if not topic or wild or "\0" in topic:
            raise ValueError("not a topic filter: " + repr(topic[:80]))
        _string(topic)
        with self._changed:
            self._subscriptions[topic] = qos, handler
            sock = self._socket if self.connected else None
        if sock:
            try:
                self._subscribe(sock, topic, qos)
            except OSError:
                _shut(sock)

    def wait(self, timeout=TIMEOUT):
        """Waits for a connection. Whether there is one."""
        return self._until(lambda: self.connected, timeout)

    def flush(self, timeout=TIMEOUT):
        """Waits until everything is sent, and confirmed where that is due. Whether it is. Not for handlers."""
        return self._until(lambda: not self._outbox and not self._flight, timeout)

    def close(self, timeout=TIMEOUT):
        """Sends what is left, says goodbye, so that there is no last will, and ends."""
        if self.connected and threading.current_thread() is not self._thread:
            self.flush(timeout)
        self._closed.set()
        sock = self._socket
        if sock and self.connected:
            try:
                self._send(sock, _packet(DISCONNECT << 4))
            except OSError:
                pass
        if sock:
            _shut(sock)
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(2 * TIMEOUT)

    def _until(self, condition, timeout):
        with self._changed:
            return self._changed.wait_for(condition, timeout)

    def _bound(self):
        """Drops the oldest messages that are too many or too much."""
        while self._outbox and (len(self._outbox) > self._most or self._bytes > self._most_bytes):
            self._bytes -= _size(self._outbox.popleft())
            self.dropped += 1

    def _hello(self, user, password, will, clean):
        flags, body = 2 if clean else 0, _string(self.client_id)
        if will:
            topic, payload, qos, retain = tuple(will) + (0, False)[len(will) - 2 :]
            if qos not in (0, 1):
                raise ValueError("QoS is 0 or 1")
            flags |= 4 | qos << 3 | bool(retain) << 5
            body += _string(topic) + _string(_payload(payload))
        if user is not None:
            flags |= 0x80
            body += _string(user)
        if password is not None:
            flags |= 0x40
            body += _string(password)
        return _packet(CONNECT << 4, b"\0\4MQTT\4" + struct.pack(">BH", flags, self.keep_alive) + body)

    def _run(self):
        pause = FIRST_PAUSE
        while not self._closed.is_set():
            self._since = None
            try:
                self._talk()
            except Exception as error:
                # Whatever it is, the thread has to go on.
                self.reason = error
            self._end()
            if self._since and time.monotonic() - self._since > pause:
                pause = FIRST_PAUSE
            self._closed.wait(pause * random.uniform(0.8, 1.2))
            pause = min(2 * pause, LONGEST_PAUSE)

    def _end(self):
        with self._changed:
            was, self.connected = self.connected, False
            self._socket = None
            self._changed.notify_all()
        if was:
            self._call(self.on_disconnect, self.reason)

    def _talk(self):
        """One connection, to its end."""
        sock = socket.create_connection((self.host, self.port), TIMEOUT)
        writer = None
        link = _Link(sock)
        try:
            sock.settimeout(TIMEOUT)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._send(sock, self._connect_packet)
            first, body = link.packet(time.monotonic() + TIMEOUT)
            if first != CONNACK << 4 or len(body) != 2:
                raise MqttError("no answer of a broker")
            if body[1]:
                raise MqttError("refused: " + REFUSED.get(body[1], str(body[1])))
            self._begin(sock)
            writer = threading.Thread(target=self._write, args=(sock, link), daemon=True)
            writer.start()
            self._call(self.on_connect)
            while not self._closed.is_set():
                self._take(sock, link, *link.packet())
        finally:
            link.ended = True
            _shut(sock)
            with self._changed:
                self._changed.notify_all()
            if writer:
                writer.join(2 * TIMEOUT)
            sock.close()

    def _begin(self, sock):
        with self._changed:
            subscriptions = [(topic, qos) for topic, (qos, _) in self._subscriptions.items()]
            flight = list(self._flight.items())
        for topic, qos in subscriptions:
            self._subscribe(sock, topic, qos)
        for number, message in flight:
            self._send(sock, _publish(message, number, True))
        with self._changed:
            self._socket, self.connected = sock, True
            self.connections += 1
            self._since = time.monotonic()
            # What was subscribed to in the meantime.
            late = [(topic, qos) for topic, (qos, _) in self._subscriptions.items() if (topic, qos) not in subscriptions]
            self._changed.notify_all()
        for topic, qos in late:
            self._subscribe(sock, topic, qos)

    def _subscribe(self, sock, topic, qos):
        with self._changed:
            number = self._next()
        self._send(sock, _packet(SUBSCRIBE << 4 | 2, struct.pack(">H", number) + _string(topic) + bytes([qos])))

    def _next(self):
        self._number = self._number % 65535 + 1
        while self._number in self._flight:
            self._number = self._number % 65535 + 1
        return self._number

    def _send(self, sock, data):
        with self._sending:
            for at in range(0, len(data), 65536):
                sock.sendall(data[at : at + 65536])

    def _write(self, sock, link):
        """Sends what is in the outbox and signs of life until the connection ends."""
        try:
            self._write_all(sock, link)
        except OSError as error:
            link.failure = link.failure or error
            _shut(sock)

    def _write_all(self, sock, link):
        ping_at = time.monotonic() + self.keep_alive
        while not link.ended:
            now = time.monotonic()
            if link.pong_until and now > link.pong_until:
                raise MqttError("the broker gives no sign of life")
            if now >= ping_at and not link.pong_until:
                link.pong_until = now + TIMEOUT
                ping_at = now + self.keep_alive
                self._send(sock, _packet(PINGREQ << 4))
                continue
            with self._changed:
                message, number = self._take_out()
                if message is None:
                    due = link.pong_until or ping_at
                    if not link.ended:
                        self._changed.wait(max(0.01, min(due - now, 60)))
                    continue
            try:
                self._send(sock, _publish(message, number, False))
            except OSError:
                with self._changed:
                    # Those of QoS 1 are sent again anyway.
                    if not number:
                        self._outbox.appendleft(message)
                        self._bytes += _size(message)
                        self._bound()
                raise
            with self._changed:
                self.sent += 1
                self._changed.notify_all()

    def _take_out(self):
        """The next message and its number, which QoS 0 has not."""
        if not self._outbox or self._outbox[0][2] and len(self._flight) >= IN_FLIGHT:
            return None, 0
        message = self._outbox.popleft()
        self._bytes -= _size(message)
        number = 0
        if message[2]:
            number = self._next()
            self._flight[number] = message
        return message, number

    def _take(self, sock, link, first, body):
        kind = first >> 4
        if kind == PUBLISH:
            self._message(sock, first, body)
        elif kind == PUBACK and len(body) == 2:
            with self._changed:
                self._flight.pop(int.from_bytes(body, "big"), None)
                self._changed.notify_all()
        elif kind == PINGRESP:
            link.pong_until = None
        elif kind == SUBACK and len(body) >= 3:
            if body[-1] & 0x80:
                self.reason = MqttError("the broker refuses a subscription")
        else:
            raise MqttError("an unexpected packet: %d" % first)

    def _message(self, sock, first, body):
        size, qos = int.from_bytes(body[:2], "big"), first >> 1 & 3
        at = 2 + size + 2 * (qos > 0)
        if qos > 1 or not size or len(body) < at:
            raise MqttError("a malformed message")
        if isinstance(body, _Head):
            self.oversized += 1
        else:
            try:
                topic = str(body[2 : 2 + size], "utf-8")
            except UnicodeDecodeError as error:
                raise MqttError("a topic that is not UTF-8") from error
            self.received += 1
            self._hand_over(topic, bytes(body[at:]))
        if qos:
            self._send(sock, _packet(PUBACK << 4, bytes(body[at - 2 : at])))

    def _hand_over(self, topic, payload):
        with self._changed:
            handlers = [handler for wanted, (_, handler) in self._subscriptions.items() if handler and _matches(wanted, topic)]
        for handler in handlers or [self.on_message]:
            self._call(handler, topic, payload)

    def _call(self, function, *arguments):
        try:
            if function:
                function(*arguments)
        except Exception:
            print("oakc.mqtt: a handler failed:\n" + traceback.format_exc())


class _Head(bytes):
    """The beginning of a message that is too large."""


class _Link:
    """What is read from one connection."""

    def __init__(self, sock):
        self.sock = sock
        self.ended = False
        self.failure = None
        self.pong_until = None

    def packet(self, until=None):
        """The first byte of the next packet, and its body."""
        first = self._exactly(1, until)[0]
        size = 0
        for shift in 0, 7, 14, 21:
            byte = self._exactly(1, until)[0]
            size |= (byte & 127) << shift
            if byte < 128:
                break
        else:
            raise MqttError("a malformed length")
        if size <= LARGEST:
            return first, self._exactly(size, until)
        if first >> 4 != PUBLISH:
            raise MqttError("a packet that is too large")
        head = self._exactly(65539, until)
        left = size - len(head)
        while left:
            left -= len(self._some(min(left, 65536), until))
        return first, _Head(head)

    def _exactly(self, size, until):
        data = bytearray()
        while len(data) < size:
            data += self._some(size - len(data), until)
        return bytes(data)

    def _some(self, size, until):
        while not self.ended:
            if until and time.monotonic() > until:
                raise MqttError("no answer in time")
            try:
                data = self.sock.recv(min(size, 65536))
            except socket.timeout:
                continue
            if data:
                return data
            break
        raise self.failure or MqttError("the connection was closed")


def _shut(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _payload(payload):
    if isinstance(payload, (bytes, bytearray, memoryview)):
        return bytes(payload)
    return (payload if isinstance(payload, str) else json.dumps(payload)).encode("utf-8")


def _size(message):
    return len(message[0]) + len(message[1]) + 100


def _string(text):
    data = text.encode("utf-8") if isinstance(text, str) else bytes(text)
    if len(data) > 65535:
        raise ValueError("a text of more than 65535 bytes")
    return struct.pack(">H", len(data)) + data


def _publish(message, number, again):
    topic, payload, qos, retain = message
    first = PUBLISH << 4 | (8 if again else 0) | qos << 1 | retain
    return _packet(first, topic + (struct.pack(">H", number) if qos else b"") + payload)


def _packet(first, body=b""):
    size, length = len(body), b""
    if size >= 1 << 28:
        raise ValueError("a message of more than 256 MiB")
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([first]) + length + bytes([size]) + body


def _matches(wanted, topic):
    """Whether a topic is one of those that a filter means."""
    filters, parts = wanted.split("/"), topic.split("/")
    if topic.startswith("$") and filters[0] in ("+", "#"):
        return False
    for number, part in enumerate(filters):
        if part == "#":
            return True
        if number >= len(parts) or part not in ("+", parts[number]):
            return False
    return len(filters) == len(parts)
