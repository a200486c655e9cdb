"""`_socket` and `select` in real time: the computer's sockets, as a camera has them.

In:    the interpreter's own two modules; the address of this computer that stands for the camera's, and ports that stand
       for others. Out: `modules`. Never: a server on another address than that one, IPv6, a name that is resolved.
"""
import errno

import _oakc_names as names
import _oakc_wire as wire
from _oakc_names import address, failure, gaierror, herror, host

ip = "127.0.0.1"
ports = {}
NEVER_THERE = {"socketpair", "AF_UNIX", "fromfd", "sethostname", "CMSG_LEN", "CMSG_SPACE", "if_nameindex"}


def serves(where, is_udp, error):
    """Tells the runtime that there is a server, or why there is none."""
    name = None if error is None else errno.errorcode.get(error.errno, str(error.errno))
    wire.post(wire.SERVES, where[0], where[1], int(is_udp), name)


def raise_loopback(real):
    """The loopback of a network of its own, in which a script may be kept, is down at first."""
    try:
        import fcntl
        import struct

        get, put, up = 0x8913, 0x8914, 1
        control = real.socket(real.AF_INET, real.SOCK_DGRAM)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(control, get, struct.pack("16sh14x", b"lo", 0)))
        if not flags & up:
            fcntl.ioctl(control, put, struct.pack("16sh14x", b"lo", flags | up))
        control.close()
    except (ImportError, OSError):
        # Elsewhere it is up, or nobody may raise it.
        pass


def socket_class(real):
    plain = real.socket
    reuse = real.SOL_SOCKET, real.SO_REUSEADDR, 1

    class socket(plain):
        """A socket; what it binds to is on the camera's address."""

        __slots__ = ()

        def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
            if fileno is None and family not in (-1, real.AF_INET):
                raise failure("EAFNOSUPPORT")
            if fileno is None and type not in (-1, real.SOCK_STREAM, real.SOCK_DGRAM):
                raise failure("EPROTONOSUPPORT")
            family = real.AF_INET if family == -1 and fileno is None else family
            plain.__init__(self, family, type, proto, fileno)

        def bind(self, where):
            name, port = address(where, "bind")
            is_udp = self.type == real.SOCK_DGRAM
            port = ports.get(port, port)
            if not is_udp:
                # A camera has just started: nothing of an earlier run keeps the port.
                self.setsockopt(*reuse)
            for place in (name, ip) if name.startswith("127.") and name != "127.0.0.1" else (ip,):
                try:
                    plain.bind(self, (place, port))
                except OSError as error:
                    problem = error
                else:
                    if is_udp and port:
                        serves(self.getsockname(), True, None)
                    return
            serves((ip, port), is_udp, problem)
            raise problem

        def listen(self, *backlog):
            plain.listen(self, *backlog)
            serves(self.getsockname(), False, None)

        def connect(self, where):
            wire.turns += 1
            plain.connect(self, address(where, "connect"))

        def connect_ex(self, where):
            wire.turns += 1
            return plain.connect_ex(self, address(where, "connect"))

        def sendto(self, data, *rest):
            wire.turns += 1
            return plain.sendto(self, data, *rest[:-1], address(rest[-1], "sendto"))

        def _accept(self):
            wire.turns += 1
            return plain._accept(self)

        def recv(self, *arguments):
            wire.turns += 1
            return plain.recv(self, *arguments)

        def recvfrom(self, *arguments):
            wire.turns += 1
            return plain.recvfrom(self, *arguments)

        def recv_into(self, *arguments, **named):
            wire.turns += 1
            return plain.recv_into(self, *arguments, **named)

        def send(self, *arguments):
            wire.turns += 1
            return plain.send(self, *arguments)

    return socket


def modules(socket_real, select_real):
    raise_loopback(socket_real)
    made = type(wire)("_socket")
    hidden = NEVER_THERE | {name for name in vars(socket_real) if name.startswith("AF_") and name != "AF_INET"}
    made.__dict__.update((name, value) for name, value in vars(socket_real).items() if name not in hidden)
    functions = ("getaddrinfo", "gethostbyname_ex", "gethostbyaddr", "getnameinfo", "getservbyname")
    made.__dict__.update((name, getattr(names, name)) for name in functions)
    made.socket = made.SocketType = socket_class(socket_real)
    made.AF_UNSPEC = 0
    made.has_ipv6 = False
    made.gaierror, made.herror = gaierror, herror
    made.gethostbyname, made.gethostname = host, lambda: "camera"
    chosen = type(wire)("select")
    known = ("select", "poll", "error", "POLLIN", "POLLPRI", "POLLOUT", "POLLERR", "POLLHUP", "POLLNVAL")
    chosen.__dict__.update((name, getattr(select_real, name)) for name in known if hasattr(select_real, name))
    return made, chosen
