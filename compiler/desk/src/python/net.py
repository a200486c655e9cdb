"""`_socket` and `select` in virtual time, over the scheduler's network.

In:    the interpreter's own two modules, for their constants. Out: `socket_module`, `select_module`. Never: a socket
       of the computer.
"""
import errno
import sys

import _oakc_names as names
import _oakc_wire as wire
from _oakc_names import (
    AF_INET, SOCK_DGRAM, SOCK_STREAM, address, failure, gaierror, getaddrinfo, gethostbyaddr, gethostbyname_ex,
    getnameinfo, getservbyname, herror, host)

SOL_SOCKET, SO_ERROR, SO_TYPE, SO_LINGER = 1, 4, 3, 13
MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL = 2, 0x40, 0x100
READ, WRITE, FAIL = 1, 2, 4
# What waits for a connection longer than this gives up, as TCP does.
CONNECT_PATIENCE = 127
FIRST_DESCRIPTOR = 3

class timeout_error(OSError):
    """`socket.timeout`: from CPython 3.10 on it is `TimeoutError`, and the library relies on that."""


timeout_error.__name__ = timeout_error.__qualname__ = "timeout"
timeout_error.__module__ = "socket"
if sys.version_info >= (3, 10):
    timeout_error = TimeoutError
default_timeout = None
descriptors = {}


def net(what, *rest):
    """What the network answers; an error is raised."""
    good, answer = wire.ask(wire.NET, what, *rest)
    # A socket that was shut down is ready for everything, and nothing else has to happen for that.
    wire.empty.clear()
    if good:
        return answer
    raise failure(answer)


def resolve(name):
    return net("resolve", name)


names.resolve = resolve


def again(error):
    return error.errno in (errno.EAGAIN, errno.EINPROGRESS)


def poll(wanted, until):
    """(number, mask) of the sockets that are ready; nothing after this time."""
    if wire.stays_empty(tuple(wanted), until):
        return []
    ready = wire.ask(wire.POLL, wanted, until)
    if not ready:
        wire.empty.add(tuple(wanted))
    return ready


def deadline(seconds):
    return -1 if seconds is None else wire.now + wire.debt + max(0, int(seconds * 1_000_000_000))


class socket:
    """A socket of the scheduler's network, as `_socket` has it."""

    __slots__ = ("_number", "_descriptor", "_family", "_type", "_proto", "_timeout", "_options")

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        family = AF_INET if family == -1 else family
        type = SOCK_STREAM if type == -1 else type
        type = int(type) & 0xF
        if fileno is not None:
            if fileno not in descriptors:
                raise failure("EBADF")
            number, family, type = descriptors[fileno]
        elif family != AF_INET:
            raise failure("EAFNOSUPPORT")
        elif type not in (SOCK_STREAM, SOCK_DGRAM):
            raise failure("EPROTONOSUPPORT")
        else:
            number = net("open", type == SOCK_DGRAM)
            fileno = given(number, family, type)
        self._number, self._descriptor = number, fileno
        self._family, self._type, self._proto = int(family), type, max(int(proto), 0)
        self._timeout = default_timeout
        self._options = {}

    family = property(lambda self: self._family)
    type = property(lambda self: self._type)
    proto = property(lambda self: self._proto)
    timeout = property(lambda self: self._timeout)

    def __repr__(self):
        return "<socket object, fd=%d, family=%d, type=%d, proto=%d>" % (
            self._descriptor, self._family, self._type, self._proto)

    def __del__(self):
        if getattr(self, "_descriptor", -1) >= 0 and wire.current is not None:
            self.close()

    def fileno(self):
        return self._descriptor

    def settimeout(self, value):
        if value is not None:
            value = float(value)
            if value < 0:
                raise ValueError("Timeout value out of range")
        self._timeout = value

    def gettimeout(self):
        return self._timeout

    def setblocking(self, flag):
        self._timeout = None if flag else 0.0

    def getblocking(self):
        return self._timeout != 0.0

    def _open(self):
        if self._descriptor < 0:
            raise failure("EBADF")
        return self._number

    def _wait(self, mask, until):
        if not poll([(self._open(), mask)], until):
            raise timeout_error("timed out")

    def _try(self, mask, flags, what, *rest):
        """Asks the network until it does not have to wait any more, or the time is over."""
        until = None
        is_polled = mask == READ and (self._timeout == 0.0 or bool(flags & MSG_DONTWAIT))
        if is_polled and wire.is_empty(self._open()):
            raise failure("EAGAIN")
        while True:
            good, answer = wire.ask(wire.NET, what, self._open(), *rest)
            if good:
                wire.empty.clear()
                return answer
            if is_polled and answer == "EAGAIN":
                wire.empty.add(self._number)
            if answer != "EAGAIN" or self._timeout == 0.0 or flags & MSG_DONTWAIT:
                raise failure(answer)
            if until is None:
                until = deadline(self._timeout)
            self._wait(mask, until)

    def bind(self, where):
        net("bind", self._open(), *address(where, "bind"))

    def listen(self, backlog=128):
        net("listen", self._open(), max(int(backlog), 0))

    def _accept(self):
        number, peer = self._try(READ, 0, "accept")
        return given(number, self._family, self._type), peer

    def connect(self, where):
        where = address(where, "connect")
        good, answer = wire.ask(wire.NET, "connect", self._open(), *where)
        if good:
            return
        if answer != "EINPROGRESS" or self._timeout == 0.0:
            raise failure(answer)
        until = deadline(CONNECT_PATIENCE if self._timeout is None else self._timeout)
        while True:
            if not poll([(self._open(), WRITE)], until):
                if self._timeout is None:
                    raise failure("ETIMEDOUT")
                raise timeout_error("timed out")
            good, answer = wire.ask(wire.NET, "connect", self._open(), *where)
            if good or answer == "EISCONN":
                return
            if answer not in ("EALREADY", "EINPROGRESS"):
                raise failure(answer)

    def connect_ex(self, where):
        try:
            self.connect(where)
        except timeout_error:
            return errno.EAGAIN
        except OSError as error:
            if isinstance(error, gaierror):
                raise
            return error.errno
        return 0

    def send(self, data, flags=0):
        data = bytes(data) if not isinstance(data, bytes) else data
        if self._timeout is None and self._type == SOCK_STREAM and not flags & MSG_DONTWAIT:
            # Without a time limit the system takes all of it, however long that lasts.
            self.sendall(data)
            return len(data)
        return self._try(WRITE, flags, "send", data, None, 0)

    def sendall(self, data, flags=0):
        # The time limit is for all of it.
        rest, until = bytes(data), deadline(self._timeout)
        while True:
            good, answer = wire.ask(wire.NET, "send", self._open(), rest, None, 0)
            if good:
                rest = rest[answer:]
                if not rest:
                    return
            elif answer != "EAGAIN" or self._timeout == 0.0:
                raise failure(answer)
            else:
                self._wait(WRITE, until)

    def sendto(self, data, *rest):
        flags = rest[0] if len(rest) == 2 else 0
        name, port = address(rest[-1], "sendto")
        return self._try(WRITE, flags, "send", bytes(data), name, port)

    def sendmsg(self, buffers, ancdata=(), flags=0, where=None):
        data = b"".join(bytes(buffer) for buffer in buffers)
        return self.send(data, flags) if where is None else self.sendto(data, flags, where)

    def _receive(self, size, flags):
        if size < 0:
            raise ValueError("negative buffersize in recv")
        data, name, port = self._try(READ, flags, "receive", min(size, 1 << 24), bool(flags & MSG_PEEK))
        return data, (name, port)

    def recvfrom(self, size, flags=0):
        data, sender = self._receive(size, flags)
        return data, sender if self._type == SOCK_DGRAM else None

    def recv(self, size, flags=0):
        data, _ = self._receive(size, flags)
        while flags & MSG_WAITALL and len(data) < size:
            more, _ = self._receive(size - len(data), 0)
            if not more:
                break
            data += more
        return data

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        view = memoryview(buffer).cast("B")
        data, sender = self.recvfrom(nbytes or len(view), flags)
        view[:len(data)] = data
        return len(data), sender

    def recv_into(self, buffer, nbytes=0, flags=0):
        return self.recvfrom_into(buffer, nbytes, flags)[0]

    def getsockname(self):
        return net("local", self._open())

    def getpeername(self):
        return net("peer", self._open())

    def shutdown(self, how):
        if how not in (0, 1, 2):
            raise failure("EINVAL")
        net("shutdown", self._open(), how)

    def close(self):
        if self._descriptor >= 0:
            descriptors.pop(self._descriptor, None)
            self._descriptor = -1
            wire.post(wire.NET, "close", self._number)

    def detach(self):
        descriptor, self._descriptor = self._descriptor, -1
        return descriptor

    def setsockopt(self, level, option, value=None, optlen=None):
        self._open()
        stored = value
        if level == SOL_SOCKET and option == SO_LINGER and isinstance(value, (bytes, bytearray)):
            on, seconds = int.from_bytes(value[:4], "little"), int.from_bytes(value[4:8], "little")
            value = 0 if on and not seconds else -1
        elif isinstance(value, (bytes, bytearray)):
            value = int.from_bytes(value[:4], "little")
        if not isinstance(value, int):
            raise TypeError("an integer is required")
        self._options[level, option] = stored
        net("option", self._number, NAMES.get((level, option), "%d/%d" % (level, option)), value)

    def getsockopt(self, level, option, buflen=0):
        number = self._open()
        if (level, option) == (SOL_SOCKET, SO_ERROR):
            value = 0
            if self._type == SOCK_STREAM:
                good, answer = wire.ask(wire.NET, "error", number)
                value = 0 if good else getattr(errno, answer)
        elif (level, option) == (SOL_SOCKET, SO_TYPE):
            value = self._type
        else:
            value = self._options.get((level, option), 0)
        if isinstance(value, int) and buflen:
            return value.to_bytes(4, "little", signed=True)[:buflen]
        return value


def given(number, family, type):
    """A descriptor for a socket: the smallest that is free."""
    descriptor = FIRST_DESCRIPTOR
    while descriptor in descriptors:
        descriptor += 1
    descriptors[descriptor] = (number, family, type)
    return descriptor


def setdefaulttimeout(value):
    global default_timeout
    default_timeout = None if value is None else float(value)


def close_descriptor(descriptor):
    if descriptor in descriptors:
        number = descriptors.pop(descriptor)[0]
        wire.post(wire.NET, "close", number)


NAMES = {}


def number_of(thing):
    descriptor = thing if isinstance(thing, int) else thing.fileno()
    if not isinstance(descriptor, int):
        raise TypeError("argument must be an int, or have a fileno() method.")
    if descriptor < 0:
        raise ValueError("file descriptor cannot be a negative integer (%d)" % descriptor)
    if descriptor not in descriptors:
        raise failure("EBADF")
    return descriptors[descriptor][0]


def select(readers, writers, failing, timeout=None):
    if timeout is not None and timeout < 0:
        raise ValueError("timeout must be non-negative")
    lists = [list(readers), list(writers), list(failing)]
    wanted = {}
    for things, mask in zip(lists, (READ, WRITE, FAIL)):
        for thing in things:
            number = number_of(thing)
            wanted[number] = wanted.get(number, 0) | mask
    ready = dict(poll(list(wanted.items()), deadline(timeout)))
    return tuple(
        [thing for thing in things if ready.get(number_of(thing), 0) & mask]
        for things, mask in zip(lists, (READ, WRITE, FAIL))
    )


class Poll:
    """`select.poll`."""

    def __init__(self):
        self._wanted = {}

    def register(self, thing, events=1 | 2 | 4):
        number_of(thing)
        self._wanted[thing if isinstance(thing, int) else thing.fileno()] = events

    def modify(self, thing, events):
        descriptor = thing if isinstance(thing, int) else thing.fileno()
        if descriptor not in self._wanted:
            raise failure("ENOENT")
        self._wanted[descriptor] = events

    def unregister(self, thing):
        del self._wanted[thing if isinstance(thing, int) else thing.fileno()]

    def poll(self, timeout=None):
        wanted, found = {}, []
        for descriptor, events in self._wanted.items():
            if descriptor not in descriptors:
                found.append((descriptor, 0x20))
                continue
            mask = (READ if events & 3 else 0) | (WRITE if events & 4 else 0) | FAIL
            wanted[descriptors[descriptor][0]] = (descriptor, mask, events)
        if found:
            return found
        seconds = None if timeout is None or timeout < 0 else timeout / 1000
        for number, mask in poll([(n, w[1]) for n, w in wanted.items()], deadline(seconds)):
            descriptor, _, events = wanted[number]
            told = (events & 1 if mask & READ else 0) | (events & 4 if mask & WRITE else 0) | (8 if mask & FAIL else 0)
            if told:
                found.append((descriptor, told))
        return found


def modules(socket_real, select_real):
    """The two modules; constants are those of the computer's."""
    constants = {
        name: value for name, value in vars(socket_real).items()
        if name.isupper() and isinstance(value, int) and not name.startswith(("AF_", "PF_"))
    }
    for name, value in constants.items():
        for prefix, level in (("SO_", 1), ("TCP_", 6), ("IP_", 0)):
            if name.startswith(prefix) and name != "SO_ERROR":
                NAMES.setdefault((level, value), name)
    made = type(wire)("_socket")
    made.__dict__.update(constants)
    names = (socket, getaddrinfo, gethostbyname_ex, gethostbyaddr, getnameinfo, getservbyname, setdefaulttimeout)
    made.__dict__.update({it.__name__: it for it in names})
    made.__dict__.update(
        AF_INET=AF_INET, AF_UNSPEC=0, SocketType=socket, error=OSError, herror=herror, gaierror=gaierror,
        timeout=timeout_error, has_ipv6=False, CAPI=None,
        gethostbyname=host, gethostname=lambda: "camera", getdefaulttimeout=lambda: default_timeout,
        close=close_descriptor,
        **{name: getattr(socket_real, name) for name in (
            "inet_aton", "inet_ntoa", "inet_pton", "inet_ntop", "htons", "htonl", "ntohs", "ntohl")},
    )
    chosen = type(wire)("select")
    chosen.__dict__.update(
        select=select, poll=Poll, error=OSError,
        POLLIN=1, POLLPRI=2, POLLOUT=4, POLLERR=8, POLLHUP=0x10, POLLNVAL=0x20,
    )
    return made, chosen
