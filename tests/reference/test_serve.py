"""Runs the scripts that `oakc import --serve` writes against a fake camera, over real sockets on the loopback interface.

`python3 -m unittest` in this folder; nothing but the standard library is needed.
"""

import contextlib
import http.client
import json
import pathlib
import struct
import types
import unittest

from fake_device import Device, Feeder, Frame, free_port
from test_examples import connect, eventually, jpeg

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "compiler" / "import" / "src" / "serve"


def detections(number):
    found = types.SimpleNamespace(label=number, confidence=0.5, xmin=0.1, ymin=0.2, xmax=0.3, ymax=0.4)
    return types.SimpleNamespace(detections=[found])


def tracklets(number):
    roi = types.SimpleNamespace(x=0.1, y=0.2, width=0.3, height=0.4)
    return types.SimpleNamespace(tracklets=[types.SimpleNamespace(id=number, label=1, roi=roi)])


def frame(number):
    return Frame(jpeg(number), number)


@contextlib.contextmanager
def camera(script, message, **constants):
    port = free_port()
    text = (SCRIPTS / script).read_text(encoding="utf-8")
    with Device(text, inputs=["stream"], constants={"PORT": port, **constants}) as device:
        with Feeder(device, "stream", message):
            connect(port).close()
            yield port
        device.check()


class Tcp(unittest.TestCase):
    def messages(self, connection, count):
        with connection.makefile("rb") as file:
            for _ in range(count):
                (length,) = struct.unpack(">I", file.read(4))
                yield file.read(length)

    def test_every_client_gets_whole_messages(self):
        with camera("tcp.py", frame) as port, connect(port) as one, connect(port) as two:
            for client in (one, two):
                for data in self.messages(client, 5):
                    self.assertEqual((data[:2], data[-2:]), (b"\xff\xd8", b"\xff\xd9"))

    def test_detections_and_tracklets_are_json(self):
        with camera("tcp.py", detections) as port, connect(port) as client:
            (found,) = json.loads(next(self.messages(client, 1)))
            self.assertEqual((found["confidence"], found["xmax"]), (0.5, 0.3))
        with camera("tcp.py", tracklets) as port, connect(port) as client:
            (found,) = json.loads(next(self.messages(client, 1)))
            self.assertEqual((found["label"], found["height"]), (1, 0.4))

    def test_a_client_over_the_limit_is_refused_and_served_later(self):
        with camera("tcp.py", frame, MAX_CLIENTS=1) as port:
            with connect(port) as first:
                next(self.messages(first, 1))
                with connect(port) as second:
                    self.assertEqual(second.recv(1), b"")

            def again():
                with connect(port) as third:
                    return third.recv(1)

            self.assertTrue(eventually(again))


class Http(unittest.TestCase):
    def get(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        return connection.getresponse()

    def test_the_newest_message_has_its_content_type(self):
        for message, kind in ((frame, "image/jpeg"), (detections, "application/json")):
            with camera("http.py", message) as port:
                answer = self.get(port, "/latest")
                self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, kind))
                self.assertTrue(answer.read())

    def test_a_stream_has_one_part_per_message(self):
        with camera("http.py", frame) as port:
            answer = self.get(port, "/stream")
            for _ in range(3):
                self.assertEqual(answer.readline(), b"--part\r\n")
                self.assertEqual(answer.readline(), b"Content-Type: image/jpeg\r\n")
                length = int(answer.readline().split(b":")[1])
                self.assertEqual(answer.readline(), b"\r\n")
                self.assertEqual(answer.read(length)[:2], b"\xff\xd8")
                self.assertEqual(answer.read(2), b"\r\n")
            answer.close()

    def test_unknown_paths_are_answered_with_the_known_ones(self):
        with camera("http.py", frame) as port:
            answer = self.get(port, "/nothing")
            self.assertEqual((answer.status, answer.read()), (404, b"/ /stream /latest\n"))


if __name__ == "__main__":
    unittest.main()
