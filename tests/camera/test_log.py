"""oakc.log and a real receiver, rsyslog, which is stopped and started again; and what no receiver gets."""
import os
import re
import socket
import sys
import threading
import time
import types
import unittest

from peers import Test, free_port, program, until

from oakc import log

CONFIG = """
module(load="imudp")
input(type="imudp" port="%d" address="127.0.0.1" rateLimit.interval="0")
template(name="all" type="string" string="%%PRI%%|%%PROTOCOL-VERSION%%|%%HOSTNAME%%|%%APP-NAME%%|%%PROCID%%|%%MSGID%%|%%STRUCTURED-DATA%%|%%msg%%\\n")
global(net.enabledns="off" parser.escapecontrolcharactersonreceive="on")
*.* action(type="omfile" file="%s" template="all")
"""


class Log(Test):
    def setUp(self):
        self.addCleanup(setattr, log, "_sender", log._sender)

    def rsyslog(self, port):
        folder = self.folder()
        path = os.path.join(folder, "log")
        config = self.write("rsyslog.conf", CONFIG % (port, path))
        process = self.start(program("rsyslogd"), "-n", "-f", config, "-i", os.path.join(folder, "pid"))
        until(lambda: self.bound(port))
        return path, process

    def bound(self, port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.bind(("127.0.0.1", port))
                return False
            except OSError:
                return True

    def lines(self, path):
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def receiver(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(sock.close)
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(2)
        return sock, "127.0.0.1:%d" % sock.getsockname()[1]

    def test_rsyslog_understands_each_field(self):
        port = free_port(socket.SOCK_DGRAM)
        path, _ = self.rsyslog(port)
        log.to("127.0.0.1:%d" % port, "trace", "door counter", "gate-3", 'a]"\\ä')
        log.info("%d äpfel", 3)
        log.critical("two\nlines")
        log.trace("low")
        until(lambda: len(self.lines(path)) == 3)
        first, second, third = (line.split("|", 7) for line in self.lines(path))
        self.assertEqual(first[:4], ["134", "1", "gate-3", "door_counter"])
        self.assertRegex(first[4], "^[0-9a-f]{8}$")
        self.assertEqual(first[5], "log")
        self.assertRegex(first[6], r'^\[oakc@32473 seq="1" node="a\\\]\\"\\\\ä" level="info" up="\d+\.\d{3}"\]$')
        self.assertEqual(first[7].strip(), "3 äpfel")
        self.assertEqual((second[0], second[7].strip()), ("130", "two#012lines"))
        self.assertEqual(third[0], "135")

    def test_a_receiver_that_comes_back_gets_what_is_sent_then(self):
        port = free_port(socket.SOCK_DGRAM)
        log.to("127.0.0.1:%d" % port)
        for number in range(5):
            log.info("%d", number)
        path, process = self.rsyslog(port)
        log.info("here")
        until(lambda: len(self.lines(path)) == 1)
        process.kill()
        process.wait()
        log.info("gone")
        again, _ = self.rsyslog(port)
        log.info("again")
        until(lambda: len(self.lines(again)) == 1)
        numbers = [re.search(r'seq="(\d+)"', line).group(1) for line in self.lines(path) + self.lines(again)]
        self.assertEqual(numbers, ["6", "8"])

    def test_a_network_that_takes_nothing_is_counted_and_tried_again(self):
        sock, address = self.receiver()
        log.to(address)
        log.info("first")
        self.assertIn(b"first", sock.recv(2000))
        way = log._sender.way
        way._socket.close()
        log.info("lost")
        self.assertEqual(log.counts(), (1, 1, 0))
        way._not_before = 0
        log.info("found")
        self.assertIn(b'seq="3"', sock.recv(2000))

    def test_what_is_below_the_level_is_not_put_together(self):
        sock, address = self.receiver()
        log.to(address, "warn")

        class Loud:
            def __str__(self):
                raise AssertionError("nobody asked")

        log.info("%s", Loud())
        log.info(Loud())
        log.warn("%d", "not a number")
        log.warn("%s %s", 1)
        log.error(Loud())
        self.assertIn(b"%d", sock.recv(2000))
        self.assertIn(b"%s %s", sock.recv(2000))
        self.assertIn(b"Loud", sock.recv(2000))

    def test_the_time_is_that_of_the_clock_once_it_is_known(self):
        sock, address = self.receiver()
        log.to(address)
        clock = types.ModuleType("oakc.clock")
        clock.iso = lambda: None
        before = sys.modules.get("oakc.clock")
        sys.modules["oakc.clock"] = clock
        self.addCleanup(sys.modules.__setitem__, "oakc.clock", before)
        log.info("a")
        clock.iso = lambda: "2026-11-28T18:20:30.125Z"
        log.info("b")
        self.assertEqual(sock.recv(2000).split(b" ")[1], b"-")
        self.assertEqual(sock.recv(2000).split(b" ")[1], b"2026-11-28T18:20:30.125Z")

    def test_threads_have_numbers_without_gaps(self):
        sock, address = self.receiver()
        log.to(address)
        threads = [threading.Thread(target=lambda: [log.info("x") for _ in range(25)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        numbers = [int(re.search(rb'seq="(\d+)"', sock.recv(2000)).group(1)) for _ in range(200)]
        self.assertEqual(sorted(numbers), list(range(1, 201)))

    def test_a_message_made_while_one_is_sent_does_not_wait(self):
        sock, address = self.receiver()
        log.to(address)
        way = log._sender.way

        class Nested:
            def send(self, data):
                log.info("inner")
                return way.send(data)

            def name(self):
                return "-"

        log._sender.way = Nested()
        log.info("outer")
        self.assertIn(b"outer", sock.recv(2000))
        self.assertEqual(log.counts(), (1, 0, 1))

    def test_datagrams_are_never_longer_than_they_may_be(self):
        sock, address = self.receiver()
        for name in "x" * 5000, "\U0001f600" * 5000, '"' * 5000:
            log.to(address, app=name, camera=name, name=name)
            log._sender.send("exception", "error", "t" * 3000, log._fact("a", name) + log._fact("b", name) + log._fact("c", name), sure=True)
            log._sender.send("heartbeat", "info", "t", "", "[ports@32473%s]" % (log._fact("in", name) * 20), True)
            whole = b""
            while not whole.endswith(b"] t"):
                data = sock.recv(2000)
                self.assertLessEqual(len(data), log.LARGEST)
                data.decode()
                whole += data

    def test_only_addresses_and_levels_that_exist_are_taken(self):
        for address in "broker.lan", "1.2.3", "::1", "1.2.3.4:x":
            self.assertRaises(ValueError, log.to, address)
        self.assertRaises(ValueError, log.to, "1.2.3.4", "loud")

    def test_a_name_is_looked_up_until_it_has_an_address_and_then_again(self):
        sock, address = self.receiver()
        port, asked, found = int(address.split(":")[1]), [], ["127.0.0.1"]
        self.addCleanup(setattr, log, "RENEW", log.RENEW)
        log.RENEW = 0.1

        def resolve(name):
            asked.append(name)
            if len(asked) == 1:
                raise OSError("nobody answers")
            return found

        log.to("pc.lan:%d" % port, resolve=resolve)
        for number in range(log.HELD + 10):
            log.info("message %d", number)
        self.assertEqual(log.counts(), (log.HELD, 10, 0))
        for number in range(log.HELD):
            self.assertTrue(sock.recv(2000).endswith(b"message %d" % number))
        self.assertEqual(set(asked), {"pc.lan"})
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.2", port))
            other.settimeout(0.1)
            found[0] = "127.0.0.2"

            def has_moved():
                log.info("hello")
                try:
                    return other.recv(2000).endswith(b"hello")
                except socket.timeout:
                    return False

            until(has_moved, 60)

    def test_the_relay_puts_in_what_leon_mss_does_not_know(self):
        sock, address = self.receiver()
        log.to(address, camera="gate-3")
        log.relay(b'<134>1 - - door 01234567 log [oakc@32473 seq="1"] a - b')
        self.assertEqual(sock.recv(2000), b'<134>1 - gate-3 door 01234567 log [oakc@32473 seq="1"] a - b')
        for datagram in b"", b"a b", None, 3:
            log.relay(datagram)

    def test_tracebacks_are_bounded(self):
        def deep(n):
            return 1 / 0 if n == 0 else deep(n - 1)

        try:
            deep(200)
        except ZeroDivisionError as error:
            text = log._traceback(error)
        self.assertLess(text.count("\n"), 50)
        self.assertIn("more]", text)
        error = None
        for number in range(1000):
            before, error = error, ValueError(number)
            error.__cause__ = before
        text = log._traceback(error)
        self.assertEqual(text.count("ValueError"), 8)
        error.__cause__ = error
        self.assertEqual(log._traceback(error), "ValueError: 999")


if __name__ == "__main__":
    unittest.main()
