"""Names and addresses as a camera knows them: numbers, and `localhost`; IPv4 only.

In:    what the runtime makes of any other name (`resolve`). Out: the functions of `_socket` that deal with names.
"""
import errno
import os

AF_INET, SOCK_STREAM, SOCK_DGRAM = 2, 1, 2


class herror(OSError):
    """Kept for `except` clauses."""


class gaierror(OSError):
    """A name that nobody resolves."""


def failure(name):
    if name == "EAI_NONAME":
        return gaierror(-2, "Name or service not known")
    number = getattr(errno, name)
    return OSError(number, os.strerror(number))


def resolve(name):
    """A standalone camera has no resolver."""
    raise failure("EAI_NONAME")


def host(name):
    """An address in numbers."""
    if name == "":
        return "0.0.0.0"
    if name == "<broadcast>":
        return "255.255.255.255"
    parts = name.split(".")
    if len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts):
        return ".".join(str(int(part)) for part in parts)
    if name == "localhost":
        return "127.0.0.1"
    return resolve(name)


def address(given, what):
    if not isinstance(given, tuple):
        raise TypeError("%s(): AF_INET address must be tuple, not %s" % (what, type(given).__name__))
    if len(given) != 2:
        raise TypeError("%s(): AF_INET address must be a pair (host, port)" % what)
    name, port = given
    if isinstance(name, (bytes, bytearray)):
        name = bytes(name).decode("ascii")
    if not isinstance(name, str):
        raise TypeError("str, bytes or bytearray expected, not %s" % type(name).__name__)
    if not isinstance(port, int):
        raise TypeError("'%s' object cannot be interpreted as an integer" % type(port).__name__)
    if not 0 <= port <= 65535:
        raise OverflowError("%s(): port must be 0-65535." % what)
    return host(name), port


def getaddrinfo(name, port, family=0, type=0, proto=0, flags=0):
    if family not in (0, AF_INET):
        raise gaierror(-9, "Address family for hostname not supported")
    name = name.decode() if isinstance(name, bytes) else name
    found = "127.0.0.1" if name is None and not flags & 1 else host(name or "")
    if isinstance(port, (str, bytes)):
        text = port.decode() if isinstance(port, bytes) else port
        port = int(text) if text.isdigit() else SERVICES.get(text)
        if port is None:
            raise gaierror(-8, "Servname not supported for ai_socktype")
    kinds = [(SOCK_STREAM, 6), (SOCK_DGRAM, 17)]
    kinds = [kind for kind in kinds if type in (0, kind[0]) and proto in (0, kind[1])]
    return [(AF_INET, kind, number, "", (found, port or 0)) for kind, number in kinds]


def gethostbyname_ex(name):
    return name, [], [host(name)]


def gethostbyaddr(name):
    raise herror(1, "Unknown host")


def getnameinfo(where, flags):
    return where[0], str(where[1])


def getservbyname(name, protocol=None):
    if name not in SERVICES:
        raise OSError("service/proto not found")
    return SERVICES[name]


SERVICES = {"http": 80, "https": 443, "ftp": 21, "ntp": 123, "domain": 53, "telnet": 23, "ssh": 22, "smtp": 25}
