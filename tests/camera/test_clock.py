"""oakc.clock and a real server, chronyd; and hostile ones."""
import datetime
import os
import random
import socket
import struct
import time
import unittest

from peers import Test, free_port, program, until

from oakc import clock

NTP = 2208988800


def answer(query, seconds=None, head=b"\x24\x02", token=None):
    stamp = time.time() if seconds is None else seconds
    raw = struct.pack(">Q", int((stamp + NTP) * (1 << 32)) & (1 << 64) - 1)
    return head + bytes(22) + (query[40:48] if token is None else token) + raw + raw


class Clock(Test):
    def setUp(self):
        clock._offset = clock._synced = None
        self.addCleanup(clock.stop)

    def chronyd(self, port=None):
        port = port or free_port(socket.SOCK_DGRAM)
        folder = self.folder()
        config = os.path.join(folder, "chrony.conf")
        with open(config, "w") as file:
            file.write("port %d\nbindaddress 127.0.0.1\ncmdport 0\nlocal stratum 3\nallow 127.0.0.1\n" % port)
            file.write("pidfile %s/pid\nbindcmdaddress /\n" % folder)
        process = self.start(program("chronyd"), "-x", "-d", "-u", "root", "-f", config)
        return port, process

    def server(self, reply):
        return "127.0.0.1:%d" % self.udp_server(reply)

    def syncs(self, server, **options):
        try:
            clock.sync(server, **options)
            return True
        except OSError:
            return False

    def refused(self, server):
        with self.assertRaises(clock.ClockError):
            clock.sync(server, timeout=0.3)
        self.assertIsNone(clock.now())

    def test_a_real_server_tells_the_time_and_it_goes_on_without_it(self):
        port, process = self.chronyd()
        self.assertIsNone(clock.iso())
        until(lambda: self.syncs("127.0.0.1:%d" % port, timeout=0.5))
        self.assertLess(abs(clock.now() - time.time()), 0.2)
        self.assertLess(abs(clock.utc().timestamp() - time.time()), 0.2)
        self.assertEqual(clock.parse(clock.iso()).year, clock.utc().year)
        self.stop(process)
        before = clock.now()
        self.assertFalse(self.syncs("127.0.0.1:%d" % port, timeout=0.3))
        self.assertGreater(clock.now(), before)
        self.assertGreater(clock.age(), 0)

    def test_the_background_asks_until_there_is_an_answer_and_again_after_a_restart(self):
        port = free_port(socket.SOCK_DGRAM)
        self.addCleanup(setattr, clock, "SOONEST", clock.SOONEST)
        clock.SOONEST = 0.1
        clock.start("127.0.0.1:%d" % port, every=0.1)
        time.sleep(0.3)
        self.assertIsNone(clock.now())
        _, process = self.chronyd(port)
        until(lambda: clock.now() is not None)
        self.stop(process)
        until(lambda: clock.age() > 0.5)
        self.chronyd(port)
        until(lambda: clock.age() < 0.4)
        clock.stop()

    def test_the_next_server_is_asked(self):
        silent = self.server(lambda query: [])
        good = self.server(lambda query: [answer(query)])
        self.assertLess(abs(clock.sync("127.0.0.1:1", silent, good, timeout=0.5) - time.time()), 0.2)
        with self.assertRaises(clock.ClockError):
            clock.sync()
        with self.assertRaises(clock.ClockError):
            clock.sync("127.0.0.1:x")

    def test_only_answers_of_a_server_are_taken(self):
        for reply in (
            lambda query: [answer(query, head=b"\xe4\x02")],
            lambda query: [answer(query, head=b"\x24\x00")],
            lambda query: [answer(query, head=b"\x24\x10")],
            lambda query: [answer(query, head=b"\x23\x02")],
            lambda query: [answer(query, token=bytes(8))],
            lambda query: [answer(query)[:40] + bytes(8)],
            lambda query: [answer(query)[:47]],
            lambda query: [b""],
            lambda query: [answer(query)[:32] + struct.pack(">QQ", 1 << 63, 1 << 62)],
            lambda query: [b"x" * 48] * 50,
        ):
            self.refused(self.server(reply))
        chance = random.Random(1)
        for _ in range(300):
            query = chance.getrandbits(48 * 8).to_bytes(48, "big")
            try:
                self.assertIsInstance(clock._offset_of(query, 1.0, 1.1), float)
            except ValueError:
                pass

    def test_a_forged_answer_among_others_does_no_harm(self):
        forged = self.server(lambda query: [answer(query, 1, token=b"12345678"), b"x", answer(query)])
        clock.sync(forged)
        self.assertLess(abs(clock.now() - time.time()), 0.2)

    def test_the_time_goes_on_after_2036(self):
        for year in 2026, 2036, 2037, 2060:
            there = datetime.datetime(year, 12, 1, tzinfo=datetime.timezone.utc).timestamp()
            clock.sync(self.server(lambda query: [answer(query, there)]))
            self.assertEqual(clock.utc().year, year)

    def test_texts_are_parsed(self):
        utc = datetime.timezone.utc
        moment = datetime.datetime(2026, 11, 8, 18, 20, 30, tzinfo=utc)
        for text in (
            "2026-11-08T18:20:30Z",
            "2026-11-08 18:20:30",
            "2026-11-08t20:20:30+02:00",
            "20261108T182030Z",
            "Sun, 08 Nov 2026 18:20:30 GMT",
            "Sunday, 08-Nov-2026 18:20:30 GMT",
            "8 Nov 2026 13:20:30 -0500",
            "08/Nov/2026:18:20:30 +0000",
            "Sun Nov  8 18:20:30 2026",
        ):
            self.assertEqual(clock.parse(text), moment, text)
        self.assertEqual(clock.parse("2026-11-08"), moment.replace(hour=0, minute=0, second=0))
        self.assertEqual(clock.parse("2026-11-08T18:20:30.1256789Z").microsecond, 125678)
        self.assertEqual(clock.parse("2016-12-31T23:59:60Z").second, 59)
        for text in "", "yesterday", "2026-13-01", "2026-02-30", "2026-11-08T25:00Z", "2026-11-08T18:20:61Z", "1" * 1000, \
                "8 Xxx 2026 13:20:30", "٢٠٢٦-11-08":
            with self.assertRaises(ValueError):
                clock.parse(text)

    def test_strptime_does_what_that_of_the_library_does(self):
        for text, form in (
            ("2026-11-08 18:20:30", "%Y-%m-%d %H:%M:%S"),
            ("08.11.26 6:20 PM", "%d.%m.%y %I:%M %p"),
            ("12:05 am", "%I:%M %p"),
            ("Sun Nov  8 18:20:30 2026", "%a %b %d %H:%M:%S %Y"),
            ("2026-312T01:02:03.5+0130", "%Y-%jT%H:%M:%S.%f%z"),
            ("99%", "%y%%"),
            ("10+5*(3)", "%H+%M*(%S)"),
            ("2026-11-08Z", "%Y-%m-%d%z"),
        ):
            self.assertEqual(clock.strptime(text, form), datetime.datetime.strptime(text, form), text)
        self.assertEqual(clock.strptime("2026-11-08T18:20:30", "%FT%T"), datetime.datetime(2026, 11, 8, 18, 20, 30))
        for text, form in ("x", "%Y"), ("2026", "%Y%m"), ("13 PM", "%I %p"), ("1", "%U"), ("400 2026", "%j %Y"), ("1", "%"), ("61:70", "%H:%M"), \
                ("1 1", "%H %H"):
            with self.assertRaises((ValueError)):
                clock.strptime(text, form)


if __name__ == "__main__":
    unittest.main()
