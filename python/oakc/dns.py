"""Looks up names, which a standalone camera cannot do by itself.

    from oakc import dns
    dns.install()                 # from here on, sockets and all that use them take names
    dns.resolve("broker.lan")     # ["192.168.1.20"]

In this order: `hosts` of [network], what was learned before, mDNS for names in `.local`, the servers in `dns`. Names are
tried with the domains in `search`, too: those without a dot first with them, others first without.
A lookup blocks for 10 seconds at most, or for the timeout of the socket. If no server answers, an address that is out of
date is used for up to a day. IPv4 only. Needs LEON_CSS; keeps up to 64 names.
"""
import random
import socket
import struct
import threading
import time

from oakc import network

LIMIT = 10.0  # seconds for a lookup
TRY = 2.0  # seconds for an answer
TRIES = 2  # rounds through the servers
CHAIN = 8  # names that stand for others
PACKETS = 100  # datagrams that are looked at in one try
RECORDS = 100
ADDRESSES = 16
CACHE = 64
LONGEST = 3600  # seconds that an answer is used
ABSENT = 10  # seconds that the absence of a name is believed
STALE = 86400
GROUP = ("224.0.0.251", 5353)

interface = None  # the address through which mDNS goes out; none: as the camera chooses
_settings = {}
_cache = {}  # name: (valid until, addresses)
_lock = threading.Lock()


def configure(servers=None, search=None, hosts=None):
    """Replaces what [network] says. Servers are "ADDRESS" or "ADDRESS:PORT"."""
    if servers is not None:
        _settings["servers"] = [_server(server) for server in servers]
    if search is not None:
        _settings["search"] = [_ascii(domain) for domain in search]
    if hosts is not None:
        _settings["hosts"] = {_ascii(name): address for name, address in hosts.items()}
    forget()


def forget():
    """Empties the cache."""
    with _lock:
        _cache.clear()


def resolve(name, timeout=LIMIT):
    """The addresses of a name; `socket.gaierror` with EAI_NONAME if it has none, with EAI_AGAIN if nobody says."""
    if isinstance(name, (bytes, bytearray)):
        name = name.decode("latin-1")
    if _is_address(name):
        return [name]
    host = _ascii(name)
    deadline = time.monotonic() + min(timeout, LIMIT)
    for candidate in _candidates(host, name.endswith(".")):
        addresses = _resolve(candidate, deadline)
        if addresses:
            return list(addresses)
    raise socket.gaierror(socket.EAI_NONAME, "no address for " + host)


def install(servers=None, search=None, hosts=None):
    """Makes `socket` take names, and with it http.client and all others. The arguments are those of `configure`."""
    configure(servers, search, hosts)
    # A script that starts again in the same interpreter replaces what it installed before.
    bare = lambda function: getattr(function, "_oakc_bare", function)
    getaddrinfo = bare(socket.getaddrinfo)

    def wrap(holder, name, make):
        original = bare(getattr(holder, name))
        function = make(original)
        function._oakc_bare = original
        setattr(holder, name, function)

    def named(original):
        def method(sock, *args):
            if args and sock.family == socket.AF_INET:
                args = args[:-1] + (_address(args[-1], sock.gettimeout()),)
            return original(sock, *args)

        return method

    def info(original):
        def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
            if not host or family not in (0, socket.AF_INET) or flags & socket.AI_NUMERICHOST or not isinstance(host, (str, bytes)):
                return original(host, port, family, type, proto, flags)
            found = []
            for address in resolve(host):
                found += original(address, port, family, type, proto, flags)
            return found

        return getaddrinfo

    for name in "connect", "connect_ex", "sendto", "bind":
        wrap(socket.socket, name, named)
    wrap(socket, "getaddrinfo", info)
    wrap(socket, "gethostbyname", lambda original: lambda host: resolve(host)[0] if host else original(host))
    wrap(socket, "gethostbyname_ex", lambda original: lambda host: (host, [], resolve(host)) if host else original(host))


def _address(address, timeout):
    if isinstance(address, tuple) and address and isinstance(address[0], (str, bytes, bytearray)):
        host = address[0]
        if host and host not in ("<broadcast>", b"<broadcast>"):
            return (resolve(host, timeout or LIMIT)[0],) + address[1:]
    return address


def _is_address(text):
    try:
        socket.inet_pton(socket.AF_INET, text)
        return True
    except (OSError, ValueError):
        return False


def _server(text):
    address, _, port = text.partition(":")
    if not _is_address(address):
        raise ValueError("not the address of a server: " + text)
    return address, int(port or 53)


def _ascii(name):
    """A name as it is asked for: in lower case, without the last dot."""
    try:
        name = name[:-1] if name.endswith(".") else name
        if not name.isascii():
            name = name.encode("idna").decode("ascii")
        labels = name.lower().split(".")
        if len(name) <= 253 and all(0 < len(label) <= 63 and label.isprintable() and " " not in label for label in labels):
            return ".".join(labels)
    except UnicodeError:
        pass
    raise socket.gaierror(socket.EAI_NONAME, "not a name: " + repr(name[:80]))


def _candidates(host, absolute):
    if absolute or host.endswith(".local"):
        return [host]
    longer = [host + "." + domain for domain in _settings["search"] if len(host) + len(domain) < 253]
    return [host] + longer if "." in host else longer + [host]


def _resolve(name, deadline):
    if name == "localhost" or name.endswith(".localhost"):
        return ["127.0.0.1"]
    if name in _settings["hosts"]:
        return [_settings["hosts"][name]]
    with _lock:
        until, known = _cache.get(name, (0, []))
    now = time.monotonic()
    if now < until:
        return known
    try:
        addresses, seconds = _multicast(name, deadline) if name.endswith(".local") else _chain(name, deadline)
    except socket.gaierror:
        if known and now < until + STALE:
            return known
        raise
    with _lock:
        while len(_cache) >= CACHE and name not in _cache:
            del _cache[min(_cache, key=_cache.get)]
        _cache[name] = time.monotonic() + seconds, addresses
    return addresses


def _chain(name, deadline):
    """The addresses of a name, and how long they are valid. Servers may leave the end of a chain of aliases to us."""
    valid = LONGEST
    for _ in range(CHAIN):
        answers = _ask(name, deadline)
        end, addresses, seconds = _follow(answers, name)
        valid = min(valid, seconds)
        if addresses:
            return addresses, valid
        if end == name:
            return [], ABSENT
        name = end
    raise socket.gaierror(socket.EAI_AGAIN, "too many aliases: " + name)


def _follow(answers, name):
    valid = LONGEST
    for _ in range(CHAIN):
        found = [(seconds, data) for owner, kind, seconds, data in answers if owner == name and kind == 1]
        if found:
            return name, [data for _, data in found[:ADDRESSES]], min(valid, min(found)[0])
        alias = [(data, seconds) for owner, kind, seconds, data in answers if owner == name and kind == 5]
        if not alias:
            break
        name, seconds = alias[0]
        valid = min(valid, seconds)
    return name, [], valid


def _ask(name, deadline):
    """What the first server says that knows anything."""
    reason = "[network] names no server" if not _settings["servers"] else "no server answers"
    for _ in range(TRIES):
        for server in _settings["servers"]:
            until = min(deadline, time.monotonic() + TRY)
            try:
                reply = _exchange(name, server, until)
            except (OSError, ValueError):
                continue
            if reply is not None:
                return reply
            reason = "the servers cannot tell"
    raise socket.gaierror(socket.EAI_AGAIN, reason + ": " + name)


def _exchange(name, server, until):
    """The answers of a server: none if the name does not exist, and None if it does not want to say."""
    number = random.randrange(65536)
    query = _query(number, name)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(server)
        sock.send(query)
        for data, _ in _datagrams(sock, until):
            flags, answers = _read(data, number, name, True)
            if answers is None:
                continue
            if flags & 0x200:
                flags, answers = _read(_by_tcp(query, server, until), number, name, True)
            if answers is None or flags & 15 not in (0, 3):
                return None
            return answers
    raise OSError("no answer")


def _by_tcp(query, server, until):
    """The answer where it is too long for a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.settimeout(_left(until))
        sock.connect(server)
        sock.sendall(struct.pack(">H", len(query)) + query)
        data = b""
        while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
            sock.settimeout(_left(until))
            more = sock.recv(4096)
            if not more:
                raise OSError("cut off")
            data += more
        return data[2 : 2 + int.from_bytes(data[:2], "big")]


def _multicast(name, deadline):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        if interface:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
        for pause in 1, 2:
            number = random.randrange(65536)
            try:
                sock.sendto(_query(number, name), GROUP)
                for data, _ in _datagrams(sock, min(deadline, time.monotonic() + pause)):
                    _, answers = _read(data, number, name, False)
                    _, addresses, seconds = _follow(answers or [], name)
                    if addresses:
                        return addresses, seconds
            except OSError as error:
                raise socket.gaierror(socket.EAI_AGAIN, "mDNS: " + str(error)) from error
    raise socket.gaierror(socket.EAI_NONAME, "nobody says to be " + name)


def _left(until):
    left = until - time.monotonic()
    if left <= 0:
        raise socket.timeout("timed out")
    return left


def _datagrams(sock, until):
    """What arrives in time; a flood ends it, too."""
    for _ in range(PACKETS):
        try:
            sock.settimeout(_left(until))
            yield sock.recvfrom(4096)
        except socket.timeout:
            return


def _query(number, name):
    labels = [label.encode("ascii") for label in name.split(".")]
    question = b"".join(bytes([len(label)]) + label for label in labels)
    return struct.pack(">6H", number, 0x100, 1, 0, 0, 0) + question + b"\0\0\1\0\1"


def _read(data, number, name, echoed):
    """The flags and answers of a message; None instead of them if it answers something else, or nothing."""
    try:
        told, flags, questions, count = struct.unpack_from(">4H", data)
        if told != number or not flags & 0x8000 or questions > 1 or echoed and questions != 1:
            return 0, None
        at = 12
        if questions:
            asked, at = _name(data, at)
            if asked != name or data[at : at + 4] != b"\0\1\0\1":
                return 0, None
            at += 4
        answers = []
        for _ in range(0 if flags & 0x200 else min(count, RECORDS)):
            owner, at = _name(data, at)
            kind, group, seconds, size = struct.unpack_from(">HHIH", data, at)
            at += 10
            if at + size > len(data):
                return 0, None
            seconds = min(seconds, LONGEST) if seconds < 1 << 31 else 0
            if kind == 1 and size == 4 and group & 0x7FFF == 1:
                answers.append((owner, 1, seconds, socket.inet_ntoa(data[at : at + 4])))
            elif kind == 5 and group & 0x7FFF == 1:
                answers.append((owner, 5, seconds, _name(data, at)[0]))
            at += size
        return flags, answers
    except (IndexError, ValueError, struct.error):
        return 0, None


def _name(data, at):
    """The name at an offset, and the offset behind it. References lead backwards only, so this ends."""
    labels, end, first, size = [], 0, at, 0
    while data[at]:
        length = data[at]
        if length >= 0xC0:
            target = (length & 0x3F) << 8 | data[at + 1]
            end = end or at + 2
            if target >= first:
                raise ValueError("a reference that leads forward")
            at = first = target
            continue
        size += length + 1
        if length > 63 or size > 254 or at + length >= len(data):
            raise ValueError("a name that is too long")
        labels.append(data[at + 1 : at + 1 + length].decode("latin-1").lower())
        at += length + 1
    return ".".join(labels), end or at + 1


configure(network.dns, network.search, network.hosts)
