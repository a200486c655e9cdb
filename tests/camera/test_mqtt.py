"""oakc.mqtt and a real broker, mosquitto, whose links are cut, slowed and restarted; and hostile brokers."""
import os
import random
import socket
import subprocess
import time
import unittest

from peers import Relay, Test, free_port, listens, program, until

from oakc import mqtt

OK = b"\x20\2\0\0"


class Mqtt(Test):
    def setUp(self):
        for name, value in ("FIRST_PAUSE", 0.1), ("LONGEST_PAUSE", 0.4), ("TIMEOUT", 1.0):
            self.addCleanup(setattr, mqtt, name, getattr(mqtt, name))
            setattr(mqtt, name, value)

    def broker(self, port=None, extra="allow_anonymous true\n"):
        port = port or free_port()
        config = self.write("mosquitto.conf", "listener %d 127.0.0.1\n%s" % (port, extra))
        process = self.start(program("mosquitto"), "-c", config)
        until(lambda: listens(port))
        return port, process

    def client(self, port, **options):
        client = mqtt.Client("127.0.0.1", port, **options)
        self.addCleanup(client.close, 0.1)
        return client

    def collector(self, port, topic="#", qos=1):
        got = []
        client = self.client(port)
        client.subscribe(topic, lambda topic, payload: got.append((topic, payload)), qos)
        self.assertTrue(client.start().wait())
        time.sleep(0.1)
        return got

    def test_messages_of_all_kinds_arrive(self):
        port, _ = self.broker()
        got = self.collector(port, "a/+/c")
        client = self.client(port).start()
        client.publish("a/b/c", "text")
        client.publish("a/b/c", b"\0\xff", qos=1)
        client.publish("a/b/c", {"people": 3}, qos=1)
        client.publish("a/b", "not this")
        client.publish("a/b/c", b"x" * 200000, qos=1)
        client.publish("a/ä/c")
        self.assertTrue(client.flush())
        until(lambda: len(got) >= 5)
        expected = [("a/b/c", b"text"), ("a/b/c", b"\0\xff"), ("a/b/c", b'{"people": 3}'), ("a/b/c", b"x" * 200000), ("a/ä/c", b"")]
        self.assertEqual(got, expected)
        self.assertEqual((client.sent, client.dropped), (6, 0))

    def test_what_is_retained_and_a_last_will(self):
        port, _ = self.broker()
        relay = Relay(self, port)
        client = self.client(relay.port, will=("state", "gone", 1, True)).start()
        client.publish("state", "here", qos=1, retain=True)
        self.assertTrue(client.flush())
        got = self.collector(port, "state")
        until(lambda: got)
        relay.cut()
        until(lambda: len(got) >= 2)
        self.assertEqual(got, [("state", b"here"), ("state", b"gone")])
        good = self.client(port, will=("good", "gone")).start()
        self.assertTrue(good.wait())
        other = self.collector(port, "good")
        good.publish("good", "bye")
        good.close()
        until(lambda: other)
        time.sleep(0.2)
        self.assertEqual(other, [("good", b"bye")], "no last will after a goodbye")

    def test_user_and_password(self):
        passwords = self.write("passwords", "")
        subprocess.run([program("mosquitto_passwd"), "-b", passwords, "oak", "secret"], check=True)
        os.chmod(passwords, 0o644)
        port, _ = self.broker(extra="allow_anonymous false\npassword_file %s\n" % passwords)
        self.assertTrue(self.client(port, user="oak", password="secret").start().wait())
        wrong = self.client(port, user="oak", password="wrong").start()
        until(lambda: wrong.reason)
        self.assertIn("refused", str(wrong.reason))
        self.assertFalse(wrong.connected)

    def test_a_broker_that_starts_again_is_found_again_and_nothing_of_qos_1_is_lost(self):
        port, process = self.broker()
        ended = []
        client = self.client(port, on_disconnect=ended.append)
        got = []
        client.subscribe("a", lambda topic, payload: got.append(payload), qos=1)
        self.assertTrue(client.start().wait())
        client.publish("a", "1", qos=1)
        until(lambda: got)
        self.stop(process)
        until(lambda: not client.connected)
        for number in range(2, 5):
            client.publish("a", str(number), qos=1)
        self.broker(port)
        until(lambda: len(set(got)) == 4)
        self.assertEqual(list(dict.fromkeys(got)), [b"1", b"2", b"3", b"4"])
        self.assertTrue(ended and client.connections >= 2)

    def test_a_link_that_is_cut_in_between_loses_nothing_of_qos_1(self):
        port, _ = self.broker()
        got = self.collector(port, "a")
        relay = Relay(self, port)
        client = self.client(relay.port, outbox=1000).start()
        self.assertTrue(client.wait())
        for number in range(200):
            client.publish("a", str(number), qos=1)
            if number in (50, 120):
                relay.cut()
                relay.up = True
            time.sleep(0.002)
        self.assertTrue(client.flush(10))
        until(lambda: len(set(got)) == 200)

    def test_a_link_that_stands_still_is_given_up(self):
        port, _ = self.broker()
        relay = Relay(self, port)
        client = self.client(relay.port, keep_alive=1).start()
        self.assertTrue(client.wait())
        time.sleep(1.5)
        self.assertEqual(client.connections, 1, "signs of life keep it")
        relay.flows.clear()
        until(lambda: not client.connected)
        self.assertIn("sign of life", str(client.reason))
        relay.flows.set()
        until(lambda: client.connected)

    def test_a_slow_link_only_slows(self):
        port, _ = self.broker()
        got = self.collector(port, "a")
        relay = Relay(self, port)
        relay.delay = 0.1
        client = self.client(relay.port).start()
        for number in range(10):
            client.publish("a", str(number), qos=1)
        self.assertTrue(client.flush())
        until(lambda: len(got) == 10)

    def test_the_outbox_drops_the_oldest_and_counts(self):
        client = self.client(free_port(), outbox=10)
        for number in range(25):
            client.publish("a", str(number))
        self.assertEqual(client.dropped, 15)
        self.assertEqual([message[1] for message in client._outbox], [str(number).encode() for number in range(15, 25)])
        client = self.client(free_port(), outbox_bytes=10000)
        client.publish("a", b"x" * 20000)
        self.assertEqual((client.dropped, len(client._outbox), client._bytes), (1, 0, 0))

    def test_a_handler_that_fails_or_publishes_stops_nothing(self):
        port, _ = self.broker()
        client = self.client(port)
        got = []

        def handler(topic, payload):
            client.publish("b", payload)
            if payload == b"1":
                raise KeyError("x")

        client.subscribe("a", handler, qos=1)
        client.subscribe("b", lambda topic, payload: got.append(payload))
        self.assertTrue(client.start().wait())
        client.subscribe("c")
        other = self.client(port).start()
        for number in range(3):
            other.publish("a", str(number), qos=1)
        until(lambda: len(got) == 3)

    def test_filters(self):
        for wanted, topic, matches in (
            ("#", "a/b", True), ("a/#", "a", True), ("a/#", "a/b/c", True), ("a/+", "a/b", True), ("a/+", "a", False),
            ("+/+", "/a", True), ("#", "$SYS/x", False), ("$SYS/#", "$SYS/x", True), ("a", "a/b", False), ("a/b", "a", False),
        ):
            self.assertEqual(mqtt._matches(wanted, topic), matches, (wanted, topic))
        client = self.client(1)
        for wrong in "", "a#", "#/a", "a+", "a/b+/c", "a\0", "x" * 70000:
            with self.assertRaises(ValueError):
                client.subscribe(wrong)
        for wrong in "", "a/+", "#", "a\0", "x" * 70000:
            with self.assertRaises(ValueError):
                client.publish(wrong)
        with self.assertRaises(ValueError):
            client.publish("a", qos=2)

    def hostile(self, talk, **options):
        """A client of a broker that answers the first packet and then does something else."""

        def serve(connection):
            connection.recv(1000)
            talk(connection)

        return self.client(self.tcp_server(serve), **options).start()

    def test_a_broker_that_talks_nonsense_is_left_and_tried_again(self):
        chance = random.Random(1)
        nonsense = [b"HTTP/1.1 200 OK\r\n\r\n", b"\x20\2\0\5", OK + b"\xf0\0", OK + b"\x30\xff\xff\xff\xff\xff", OK + b"\x30\1\0",
                    OK + b"\x36\5\0\1a\0\1", OK + b"\x30\3\0\1\xff", OK + b"\x30\2\0\0", OK + b"\x90\2\0\1", OK + b"\x40\0",
                    OK + b"\xd0\x80\x80\x80\x7f" + b"x" * 100, OK, b""]
        nonsense += [OK + bytes(chance.randrange(256) for _ in range(50)) for _ in range(30)]
        for text in nonsense:
            link = mqtt._Link(Said(text))
            client = mqtt.Client("127.0.0.1", 1)
            with self.assertRaises(mqtt.MqttError):
                link.packet() if not text.startswith(OK) else None
                for _ in range(100):
                    client._take(Said(b""), link, *link.packet())
        tried = []
        client = self.hostile(lambda connection: (tried.append(1), connection.sendall(OK + b"\xf0\0")))
        until(lambda: len(tried) >= 3)
        client.publish("a")

    def test_a_message_that_is_too_large_is_skipped_and_confirmed(self):
        said = []

        def talk(connection):
            size = mqtt.LARGEST + 1000
            length = bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14])
            connection.sendall(OK + b"\x32" + length + b"\0\1a\0\7" + b"x" * (size - 5) + b"\x30\4\0\1bx")
            said.append(connection.recv(100))
            connection.recv(100)

        got = []
        client = self.hostile(talk, on_message=lambda topic, payload: got.append((topic, payload)))
        until(lambda: got and said)
        self.assertEqual((got[0], client.oversized, said[0]), (("b", b"x"), 1, b"\x40\2\0\7"))

    def test_a_broker_that_drips_or_says_nothing_is_given_up(self):
        def drip(connection):
            connection.sendall(OK + b"\x30\xff\xff\xff\x7f")
            while True:
                connection.sendall(b"x")
                time.sleep(0.02)

        client = self.hostile(drip, keep_alive=1)
        self.assertTrue(client.wait())
        until(lambda: client.reason)
        self.assertIn("sign of life", str(client.reason))
        silent = self.hostile(lambda connection: time.sleep(20))
        until(lambda: silent.reason)
        self.assertIn("in time", str(silent.reason))

    def test_a_broker_that_never_confirms_or_never_reads_does_not_stop_the_script(self):
        def deaf(connection):
            connection.sendall(OK)
            time.sleep(20)

        client = self.hostile(deaf, outbox=50)
        self.assertTrue(client.wait())
        for number in range(500):
            client.publish("a", b"x" * 100000, qos=number % 2)
        self.assertLessEqual(len(client._flight), mqtt.IN_FLIGHT)
        self.assertLessEqual(len(client._outbox), 50)
        self.assertLessEqual(client._bytes, 1024 * 1024)
        self.assertGreater(client.dropped, 300)
        self.assertFalse(client.flush(0.1))

    def test_a_flood_of_messages_can_be_ended(self):
        def flood(connection):
            connection.sendall(OK)
            while True:
                connection.sendall(b"\x30\4\0\1bx" * 1000)

        client = self.hostile(flood)
        until(lambda: client.received > 2000)
        client.close(0.1)
        self.assertFalse(client._thread.is_alive())


class Said:
    """A socket from which a text is read."""

    def __init__(self, text):
        self.text = text

    def recv(self, size):
        data, self.text = self.text[:size], self.text[size:]
        return data

    def sendall(self, data):
        pass


if __name__ == "__main__":
    unittest.main()
