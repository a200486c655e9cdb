"""oakc.dns and real servers: dnsmasq, an mDNS responder; and hostile ones."""
import http.client
import http.server
import random
import socket
import struct
import subprocess
import time
import unittest

from peers import SYSTEM_PYTHON, Test, free_port, listens, missing, program, until

from oakc import dns

RECORDS = """
no-resolv
no-hosts
listen-address=127.0.0.1
bind-interfaces
local-ttl=60
address=/broker.lan/127.0.0.1
address=/other.lan/127.0.0.9
cname=www.lan,other.lan2
host-record=other.lan2,127.0.0.8
address=/web.example.lan/127.0.0.7
local=/lan/
"""

RESPONDER = """
import socket, time
from zeroconf import ServiceInfo, Zeroconf
zeroconf = Zeroconf(interfaces=["127.0.0.1"])
zeroconf.register_service(ServiceInfo("_oak._tcp.local.", "x._oak._tcp.local.", 80, server="cam.local.", addresses=[socket.inet_aton("127.0.0.6")]))
print("ready", flush=True)
time.sleep(60)
"""


def answer(query, records, flags=0x8180, number=None):
    """A reply with these records: owner as bytes, kind, TTL, data."""
    head = query[:2] if number is None else struct.pack(">H", number)
    body = b"".join(owner + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data for owner, kind, ttl, data in records)
    return head + struct.pack(">5H", flags, 1, len(records), 0, 0) + query[12:] + body


A = (b"\xc0\x0c", 1, 60, bytes([127, 0, 0, 1]))


class Dns(Test):
    def setUp(self):
        dns.configure(servers=[], search=[], hosts={})
        self.addCleanup(dns.configure, servers=[], search=[], hosts={})

    def dnsmasq(self, port=None, records=RECORDS):
        while True:
            at = port or self.free_twice()
            config = self.write("dnsmasq.conf", "user=root\nport=%d\n%s" % (at, records))
            process = self.start(program("dnsmasq"), "--keep-in-foreground", "--conf-file=" + config, "--pid-file=")
            until(lambda: listens(at) or process.poll() is not None, 60)
            if port or process.poll() is None:
                return at, process

    def free_twice(self):
        """A port that is free for datagrams and for connections."""
        while True:
            port = free_port()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                try:
                    sock.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    pass

    def hostile(self, reply):
        port = self.udp_server(reply)
        dns.configure(servers=["127.0.0.1:%d" % port])
        return port

    def fails(self, name, code=socket.EAI_AGAIN, **options):
        with self.assertRaises(socket.gaierror) as raised:
            dns.resolve(name, **options)
        self.assertEqual(raised.exception.errno, code)

    def test_a_real_server_knows_addresses_aliases_and_what_is_not_there(self):
        port, _ = self.dnsmasq()
        dns.configure(servers=["127.0.0.1:%d" % port], search=["example.lan", "lan"])
        self.assertEqual(dns.resolve("broker.lan"), ["127.0.0.1"])
        self.assertEqual(dns.resolve("BROKER.lan."), ["127.0.0.1"])
        self.assertEqual(dns.resolve(b"broker.lan"), ["127.0.0.1"])
        self.assertEqual(dns.resolve("www.lan"), ["127.0.0.8"])
        self.assertEqual(dns.resolve("other"), ["127.0.0.9"], "the second domain")
        self.assertEqual(dns.resolve("web"), ["127.0.0.7"], "the first domain")
        self.fails("nothing.lan", socket.EAI_NONAME)
        self.fails("other.", socket.EAI_AGAIN)

    def test_it_is_remembered_while_the_server_is_away_and_learned_anew_when_it_is_back(self):
        port, process = self.dnsmasq()
        dns.configure(servers=["127.0.0.1:%d" % port])
        self.assertEqual(dns.resolve("broker.lan"), ["127.0.0.1"])
        self.stop(process)
        self.assertEqual(dns.resolve("broker.lan"), ["127.0.0.1"])
        self.fails("other.lan")
        dns._cache["broker.lan"] = time.monotonic() - 1, ["127.0.0.1"]
        self.assertEqual(dns.resolve("broker.lan"), ["127.0.0.1"], "out of date, and all there is")
        self.dnsmasq(port, "no-resolv\nno-hosts\nlisten-address=127.0.0.1\nbind-interfaces\naddress=/broker.lan/127.0.0.4\n")
        self.assertEqual(dns.resolve("broker.lan"), ["127.0.0.4"])

    def test_many_addresses_come_by_tcp(self):
        lines = "".join("host-record=many.lan,127.0.1.%d\n" % number for number in range(60))
        port, _ = self.dnsmasq(records=RECORDS + lines)
        dns.configure(servers=["127.0.0.1:%d" % port])
        self.assertEqual(len(dns.resolve("many.lan")), dns.ADDRESSES)

    def test_the_next_server_is_asked(self):
        port, _ = self.dnsmasq()
        silent = self.udp_server(lambda query: [])
        refusing = self.udp_server(lambda query: [answer(query, [], 0x8185)])
        servers = ["127.0.0.1:%d" % it for it in (refusing, free_port(socket.SOCK_DGRAM), silent, port)]
        dns.configure(servers=servers)
        self.assertEqual(dns.resolve("broker.lan"), ["127.0.0.1"])

    def test_static_names_addresses_and_localhost_need_no_server(self):
        dns.configure(hosts={"Broker.lan": "127.0.0.5"})
        self.assertEqual(dns.resolve("broker.LAN"), ["127.0.0.5"])
        self.assertEqual(dns.resolve("192.168.1.1"), ["192.168.1.1"])
        self.assertEqual(dns.resolve("localhost"), ["127.0.0.1"])
        self.fails("other.lan")
        for name in "", ".", "a..b", "a b", "x" * 64 + ".lan", "a." * 127 + "aa", "a\n.lan", "\ud800":
            self.fails(name, socket.EAI_NONAME)
        with self.assertRaises(ValueError):
            dns.configure(servers=["broker.lan"])

    def test_a_name_in_local_is_found_by_mdns(self):
        try:
            subprocess.run([SYSTEM_PYTHON, "-c", "import zeroconf"], check=True, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            missing("python3-zeroconf")
        responder = self.start(SYSTEM_PYTHON, "-c", RESPONDER, stdout=subprocess.PIPE)
        self.assertEqual(responder.stdout.readline(), b"ready\n")
        dns.interface = "127.0.0.1"
        self.addCleanup(setattr, dns, "interface", None)
        self.assertEqual(dns.resolve("Cam.local"), ["127.0.0.6"])
        self.stop(responder)
        self.assertEqual(dns.resolve("cam.local"), ["127.0.0.6"])
        self.fails("other.local", socket.EAI_NONAME)

    def test_sockets_and_http_take_names(self):
        port, _ = self.dnsmasq()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.thread(server.serve_forever)
        there = server.server_address[1]
        saved = [(socket, name, getattr(socket, name)) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")]
        saved += [(socket.socket, name, getattr(socket.socket, name)) for name in ("connect", "connect_ex", "sendto", "bind")]
        for holder, name, value in saved:
            self.addCleanup(setattr, holder, name, value)
        for _ in range(3):
            dns.install(servers=["127.0.0.1:%d" % port])
        socket.create_connection(("broker.lan", there), 5).close()
        connection = http.client.HTTPConnection("broker.lan", there, timeout=5)
        connection.request("GET", "/")
        self.assertEqual(connection.getresponse().status, 204)
        connection.close()
        with socket.socket() as sock:
            sock.connect(("broker.lan", there))
        with socket.socket() as sock:
            self.assertEqual(sock.connect_ex(("broker.lan", there)), 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
            one.bind(("broker.lan", 0))
            two.bind(("", 0))
            two.sendto(b"one", ("broker.lan", one.getsockname()[1]))
            two.sendto(b"two", 0, ("broker.lan", one.getsockname()[1]))
            self.assertEqual(one.recv(9) + one.recv(9), b"onetwo")
        self.assertEqual(socket.gethostbyname("broker.lan"), "127.0.0.1")
        self.assertEqual(socket.gethostbyname_ex("broker.lan"), ("broker.lan", [], ["127.0.0.1"]))
        self.assertEqual(socket.getaddrinfo("broker.lan", 80, type=socket.SOCK_STREAM)[0][4], ("127.0.0.1", 80))
        self.assertTrue(socket.getaddrinfo(None, 80, flags=socket.AI_PASSIVE))
        with self.assertRaises(socket.gaierror):
            socket.create_connection(("nothing.lan", there))
        with socket.socket() as sock:
            self.assertEqual(sock.connect.__func__._oakc_bare, socket.socket.__base__.connect)

    def test_other_answers_are_not_taken(self):
        def wrong(query):
            number = int.from_bytes(query[:2], "big")
            other = query[:12] + b"\5other\3lan\0\0\1\0\1"
            yield answer(query, [A], number=number ^ 1)
            yield answer(other, [A])
            yield answer(query, [A], 0x0180)
            yield b""
            yield query[:11]
            yield answer(query, [(b"\5other\3lan\0", 1, 60, b"\x7f\0\0\3")])

        self.hostile(wrong)
        self.fails("broker.lan", socket.EAI_NONAME)

    def test_malformed_answers_break_nothing(self):
        chance = random.Random(1)
        alias = b"\xc0\x0c", 5, 60
        bad = [
            [(b"\xc0\xff", 1, 60, b"1234")],
            [(b"\xff\xff", 1, 60, b"1234")],
            [(b"\xc0", 1, 60, b"1234")],
            [(b"\x3f", 1, 60, b"1234")],
            [(b"\x80abc\0", 1, 60, b"1234")],
            [(b"\x3f" + b"a" * 63 + b"\x3f" + b"a" * 63 + b"\x3f" + b"a" * 63 + b"\x3f" + b"a" * 63 + b"\0", 1, 60, b"1234")],
            [(*alias, b"\xc0\x20")],
            [(*alias, b"")],
        ]
        for records in bad:
            self.hostile(lambda query: [answer(query, records)])
            self.fails("broker.lan", timeout=0.2)
        replies = []

        def noise(query):
            whole = bytearray(answer(query, [A, (*alias, b"\1x\xc0\x0c")] * 3))
            for _ in range(3):
                whole[chance.randrange(2, len(whole))] = chance.randrange(256)
            reply = bytes(whole[: chance.randrange(len(whole) + 1)])
            replies.append(reply)
            return [reply]

        port = self.hostile(noise)
        for _ in range(300):
            number, name = chance.randrange(65536), "broker.lan"
            flags, answers = dns._read(noise(dns._query(number, name))[0], number, name, True)
            self.assertTrue(answers is None or len(answers) <= dns.RECORDS)

    def test_aliases_without_end_end(self):
        self.hostile(lambda query: [answer(query, [(b"\xc0\x0c", 5, 60, b"\xc0\x0c")])])
        self.fails("broker.lan", socket.EAI_NONAME)
        self.hostile(lambda query: [answer(query, [(b"\xc0\x0c", 5, 60, b"\1x\xc0\x0c")])])
        self.fails("broker.lan")

    def test_a_server_leaves_the_end_of_an_alias_to_others(self):
        def partial(query):
            alias = query[12:].startswith(b"\3www")
            return [answer(query, [(b"\xc0\x0c", 5, 60, b"\6broker\3lan\0")] if alias else [A])]

        self.hostile(partial)
        self.assertEqual(dns.resolve("www.lan"), ["127.0.0.1"])

    def test_a_flood_and_a_slow_server_by_tcp_end(self):
        self.hostile(lambda query: [b"x" * 500] * 300)
        self.fails("broker.lan", timeout=1)

        def drip(connection):
            connection.sendall(b"\xff\xff")
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)

        port = self.tcp_server(drip)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", port))
        self.addCleanup(udp.close)

        def truncated():
            while True:
                query, peer = udp.recvfrom(512)
                udp.sendto(answer(query, [], 0x8380), peer)

        self.thread(truncated)
        dns.configure(servers=["127.0.0.1:%d" % port])
        self.fails("broker.lan", timeout=0.5)

    def test_the_cache_is_bounded_and_keeps_to_the_time_of_the_server(self):
        asked = []

        def count(query):
            asked.append(query)
            return [answer(query, [(b"\xc0\x0c", 1, 0, b"\x7f\0\0\2") if b"never" in query else A])]

        self.hostile(count)
        for number in range(dns.CACHE + 20):
            dns.resolve("host%d.lan" % number)
        self.assertLessEqual(len(dns._cache), dns.CACHE)
        del asked[:]
        for _ in range(3):
            dns.resolve("host%d.lan" % (dns.CACHE + 19))
            dns.resolve("never.lan")
        self.assertEqual(len(asked), 3, "no more than for `never`")
        dns.forget()
        dns.resolve("host1.lan")
        self.assertEqual(len(asked), 4)


if __name__ == "__main__":
    unittest.main()
