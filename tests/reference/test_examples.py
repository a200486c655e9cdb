"""Runs the script of every example against a fake camera, over real sockets on the loopback interface.

`python3 -m unittest` in this folder; nothing but the standard library is needed.
"""

import contextlib
import http.client
import http.server
import importlib.util
import json
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from fake_device import Device, Feeder, Frame, Tensors, free_port, record

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


def script(name):
    return (EXAMPLES / name).read_text(encoding="utf-8")


def jpeg(number):
    """Stands for a picture: contains the number and is large enough for several packets."""
    return b"\xff\xd8" + number.to_bytes(4, "big") + bytes(50_000) + b"\xff\xd9"


def number_of(data):
    return int.from_bytes(data[2:6], "big")


def load(path):
    """A file of an example that runs on a computer, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


def eventually(attempt, seconds=10.0):
    """The result of `attempt` once it neither raises OSError nor returns None or False."""
    end = time.monotonic() + seconds
    while True:
        try:
            result = attempt()
            if result is not None and result is not False:
                return result
            error = AssertionError("it did not happen in time")
        except OSError as failure:
            error = failure
        if time.monotonic() > end:
            raise error
        time.sleep(0.02)


def connect(port):
    return eventually(lambda: socket.create_connection(("127.0.0.1", port), timeout=5))


class TcpStreaming(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.viewer = load(EXAMPLES / "tcp-streaming" / "viewer.py")

    @contextlib.contextmanager
    def camera(self, **constants):
        port = free_port()
        text = script("tcp-streaming/stream.py")
        with Device(text, inputs=["frames"], constants={"PORT": port, **constants}) as device:
            with Feeder(device, "frames", lambda number: Frame(jpeg(number), number)):
                yield port, device
            device.check()

    def take(self, connection, count):
        frames = self.viewer.frames(connection)
        return [number_of(next(frames)) for _ in range(count)]

    def assert_rising(self, numbers):
        self.assertEqual(numbers, sorted(set(numbers)))

    def test_several_viewers_get_whole_frames_in_order(self):
        with self.camera() as (port, _), contextlib.ExitStack() as stack:
            viewers = [stack.enter_context(connect(port)) for _ in range(4)]
            for viewer in viewers:
                self.assert_rising(self.take(viewer, 10))

    def test_a_viewer_that_does_not_read_is_dropped_and_does_not_stop_the_others(self):
        with self.camera(STALL_SECONDS=0.5) as (port, _), connect(port) as sleeper, connect(port) as reader:
            started = time.monotonic()
            while time.monotonic() - started < 2.5:
                self.assert_rising(self.take(reader, 10))
            sleeper.settimeout(5)
            with self.assertRaises(OSError):  # the connection ends, in order or with a reset
                while True:
                    self.viewer.exactly(sleeper, 1 << 16)

    def test_viewers_that_leave_make_room_for_others(self):
        with self.camera(MAX_VIEWERS=2) as (port, _):
            for _ in range(6):
                with connect(port) as one, connect(port) as two:
                    self.take(one, 1), self.take(two, 1)
                # The camera notices a closed connection in its next iteration.
                time.sleep(0.05)

    def test_a_viewer_over_the_limit_is_refused_at_once(self):
        with self.camera(MAX_VIEWERS=1) as (port, _), connect(port) as first:
            self.take(first, 1)
            with connect(port) as second:
                self.assertEqual(second.recv(1), b"")
            self.take(first, 1)


class HttpMjpeg(unittest.TestCase):
    @contextlib.contextmanager
    def camera(self, **constants):
        port = free_port()
        text = script("http-mjpeg/server.py")
        with Device(text, inputs=["frames"], constants={"PORT": port, **constants}) as device:
            with Feeder(device, "frames", lambda number: Frame(jpeg(number), number)):
                connect(port).close()
                yield port
            device.check()

    def get(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        answer = connection.getresponse()
        self.addCleanup(answer.close)
        return answer

    def part(self, answer):
        """One frame of a multipart stream."""
        self.assertEqual(answer.readline(), b"--oakc-frame\r\n")
        headers = dict(iter(lambda: tuple(answer.readline().strip().split(b": ")), (b"",)))
        self.assertEqual(headers[b"Content-Type"], b"image/jpeg")
        data = answer.read(int(headers[b"Content-Length"]))
        self.assertEqual(answer.read(2), b"\r\n")
        return number_of(data)

    def test_the_stream_is_multipart_with_rising_frames(self):
        with self.camera() as port:
            answer = self.get(port, "/stream")
            self.assertIn("multipart/x-mixed-replace; boundary=oakc-frame", answer.headers["Content-Type"])
            numbers = [self.part(answer) for _ in range(10)]
            self.assertEqual(numbers, sorted(set(numbers)))

    def test_a_snapshot_is_one_new_frame(self):
        with self.camera() as port:
            first, second = (number_of(self.get(port, "/snapshot.jpg").read()) for _ in range(2))
            self.assertGreater(second, first)

    def test_the_page_the_status_and_unknown_paths_are_answered(self):
        with self.camera() as port:
            self.assertIn(b"/stream", self.get(port, "/").read())
            self.get(port, "/snapshot.jpg").read()
            self.assertGreater(json.loads(self.get(port, "/status").read())["frames"], 0)
            self.assertEqual(self.get(port, "/nowhere").status, 404)

    def test_streams_are_limited_and_a_viewer_that_leaves_frees_its_slot(self):
        with self.camera(MAX_STREAMS=1) as port:
            first = self.get(port, "/stream")
            self.part(first)
            self.assertEqual(self.get(port, "/stream").status, 503)
            self.assertEqual(self.get(port, "/snapshot.jpg").status, 200)
            self.doCleanups()
            eventually(lambda: self.get(port, "/stream").status == 200)


class HttpClient(unittest.TestCase):
    PARAMS = {"server": "127.0.0.1", "path": "/in", "seconds": 0.05}

    @contextlib.contextmanager
    def server(self, port, statuses):
        """Answers with `statuses` one after the other, the last one forever; keeps what was posted."""
        posts = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posts.append((self.path, self.headers, body))
                self.send_response(statuses[min(len(posts), len(statuses)) - 1])
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", port), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield posts
            server.shutdown()

    @contextlib.contextmanager
    def camera(self, port):
        with Device(script("http-client/post.py"), inputs=["frames"], params={**self.PARAMS, "port": port}) as device:
            with Feeder(device, "frames", lambda number: Frame(jpeg(number), number)):
                yield
            device.check()

    def test_frames_arrive_whole_and_in_order(self):
        port = free_port()
        with self.server(port, [204]) as posts, self.camera(port):
            eventually(lambda: len(posts) >= 5)
        numbers = [number_of(body) for _, _, body in posts]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual({path for path, _, _ in posts}, {"/in"})
        self.assertEqual([headers["X-Frame"] for _, headers, _ in posts], [str(number) for number in numbers])

    def test_a_refused_post_is_reported_with_the_next_one(self):
        port = free_port()
        with self.server(port, [500, 204]) as posts, self.camera(port):
            eventually(lambda: len(posts) >= 2)
        self.assertEqual(posts[1][1]["X-Failed"], "1")
        self.assertIn("500", posts[1][1]["X-Last-Error"])

    def test_a_server_that_starts_late_gets_its_frames(self):
        port = free_port()
        with self.camera(port):
            time.sleep(0.4)
            with self.server(port, [204]) as posts:
                eventually(lambda: len(posts) >= 1)
        self.assertGreater(int(posts[0][1]["X-Failed"]), 0)
        self.assertIn("Connection refused", posts[0][1]["X-Last-Error"])


class MqttPublisher(unittest.TestCase):
    @contextlib.contextmanager
    def camera(self, port):
        params = {"broker": "127.0.0.1", "broker_port": port, "camera": "oak-7", "period": 0.05}
        with Device(script("mqtt-publisher/publish.py"), inputs=["features", "system"], params=params) as device:
            use = record(average=0.25)
            device.feed("features", record(trackedFeatures=[record(age=0), record(age=9)]))
            device.feed("system", record(chipTemperature=record(average=51.23), leonCssCpuUsage=use,
                                         leonMssCpuUsage=use, ddrMemoryUsage=record(remaining=300 << 20)))
            yield device
            device.check()

    def packet(self, stream):
        """(first byte, body) of an MQTT packet."""
        head, length, shift = stream.read(1), 0, 0
        while True:
            byte = stream.read(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return head[0], stream.read(length)

    def accept(self, listener, code=0):
        """The broker's side of one connection, up to and including CONNACK."""
        connection, _ = listener.accept()
        connection.settimeout(10)
        stream = connection.makefile("rwb")
        kind, body = self.packet(stream)
        self.assertEqual(kind, 0x10)
        stream.write(bytes([0x20, 2, 0, code]))
        stream.flush()
        return connection, stream, body

    def published(self, stream):
        kind, body = self.packet(stream)
        size = struct.unpack(">H", body[:2])[0]
        return kind, body[2:2 + size].decode(), body[2 + size:]

    def listen(self):
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(10)
        self.addCleanup(listener.close)
        return listener, listener.getsockname()[1]

    def test_it_connects_with_a_will_and_publishes_state_and_telemetry(self):
        listener, port = self.listen()
        with self.camera(port):
            connection, stream, hello = self.accept(listener)
            self.assertEqual(hello[:7], b"\x00\x04MQTT\x04")
            self.assertEqual(hello[7], 0x26)  # clean session, and a retained will
            self.assertEqual(hello[10:], b"\x00\x05oak-7" b"\x00\x0foak/oak-7/state" b"\x00\x07offline")
            self.assertEqual(self.published(stream), (0x31, "oak/oak-7/state", b"online"))
            kind, topic, payload = self.published(stream)
            self.assertEqual((kind, topic), (0x30, "oak/oak-7/telemetry"))
            told = json.loads(payload)
            self.assertEqual((told["features"], told["new_features"]), (2, 1))
            self.assertEqual((told["chip_celsius"], told["memory_free_mib"]), (51.2, 300))
            connection.close()

    def test_it_reconnects_after_the_broker_hangs_up_and_reports_it(self):
        listener, port = self.listen()
        with self.camera(port):
            connection, stream, _ = self.accept(listener)
            self.published(stream)
            stream.close(), connection.close()
            connection, stream, _ = self.accept(listener)
            self.published(stream)
            told = json.loads(self.published(stream)[2])
            self.assertEqual(told["connections"], 2)
            self.assertNotEqual(told["last_error"], "")
            connection.close()

    def test_it_tries_again_after_a_refusal(self):
        listener, port = self.listen()
        with self.camera(port):
            self.accept(listener, code=5)[0].close()
            connection, stream, _ = self.accept(listener)
            self.published(stream)
            self.assertIn("not allowed", json.loads(self.published(stream)[2])["last_error"])
            connection.close()


class PeopleCounting(unittest.TestCase):
    """What the camera reports is played by its scenarios; here is the receiver."""

    REPORT = {
        "camera": "door", "run": "5f3a09c1", "number": 7, "seconds": 60, "day": None,
        "entered": 2, "left": 1, "today": {"entered": 31, "left": 12},
    }

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.port = free_port()

    @contextlib.contextmanager
    def receiver(self):
        """In the same folder each time; killed at the end. Gives what it prints."""
        with open(self.folder / "printed.txt", "w", encoding="utf-8") as printed:
            text = script("people-counting/receive.py").replace("PORT = 8000", f"PORT = {self.port}")
            process = subprocess.Popen(
                [sys.executable, "-c", text], stdout=printed, stderr=subprocess.DEVNULL, cwd=self.folder)
            try:
                yield lambda: (self.folder / "printed.txt").read_text(encoding="utf-8").splitlines()
            finally:
                process.kill()
                process.wait()

    def post(self, body):
        def attempt():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            with contextlib.closing(connection):
                connection.request("POST", "/counts", body)
                return connection.getresponse().status

        return eventually(attempt)

    def report(self, today, **more):
        entered, left = today
        body = {**self.REPORT, **more, "today": {"entered": entered, "left": left}}
        self.assertEqual(self.post(json.dumps(body)), 204)

    def test_a_receiver_that_was_killed_knows_the_totals_of_the_day_again(self):
        with self.receiver() as printed:
            self.report((31, 12))
            self.report((31, 12))  # as if the camera had not got the answer
            self.assertEqual(printed(), ["door: 2 entered, 1 left in 60 s; today 31 and 12"])
        with self.receiver() as printed:
            self.report((31, 12))  # nor did it before the receiver was killed
            self.report((32, 12), number=8, entered=1, left=0)
            self.assertEqual(printed(), ["door: 1 entered, 0 left in 60 s; today 32 and 12"])

    def test_the_totals_of_the_day_go_on_when_the_camera_was_restarted(self):
        first, second, third = ({"run": run} for run in ("5f3a09c1", "0077e1d2", "c0ffee00"))
        reports = [
            ((31, 12), {**first, "number": 7, "day": "2026-11-28"}, (31, 12)),
            ((1, 0), {**second, "number": 1}, (32, 12)),  # its clock is not right yet
            ((2, 0), {**second, "number": 2, "day": "2026-11-28"}, (33, 12)),
            ((1, 1), {**third, "number": 2, "day": "2026-11-28"}, (34, 13)),  # the first one got lost
            ((0, 1), {**third, "number": 3, "day": "2026-11-29"}, (0, 1)),
            ((4, 0), {**first, "number": 1}, (4, 1)),
            ((5, 0), {**first, "number": 2, "day": "2026-11-30"}, (5, 0)),  # it was off over midnight
            ((0, 3), {**first, "number": 1, "day": "2026-11-30"}, (5, 3)),  # by chance the same run
        ]
        for today, more, expected in reports:
            with self.subTest(expected), self.receiver() as printed:
                self.report(today, **more)
                self.assertTrue(printed()[0].endswith(f"; today {expected[0]} and {expected[1]}"), printed())

    def test_a_receiver_takes_reports_only(self):
        with self.receiver() as printed:
            for body, status in (("{", 400), ("[]", 400), ("{}", 400), ("x" * 70_000, 413)):
                self.assertEqual(self.post(body), status)
            self.assertEqual(self.post(json.dumps({**self.REPORT, "today": []})), 400)
            self.report((31, 12))
            self.assertEqual(len(printed()), 1)


class HandDetector(unittest.TestCase):
    @contextlib.contextmanager
    def camera(self, tensors, **constants):
        port = free_port(socket.SOCK_DGRAM)
        text = script("hand-detector/hands.py")
        with Device(text, inputs=["tensors"], constants={"PORT": port, **constants}) as device:
            with Feeder(device, "tensors", tensors):
                yield port, device
            device.check()

    def tensors(self, number=0, **hands):
        """A palm at each given anchor: raw score and box in pixels around it."""
        scores, regressors = [-10.0] * 896, [0.0] * (896 * 18)
        for place, (score, box) in hands.items():
            index = int(place[1:])
            scores[index] = score
            regressors[index * 18:index * 18 + 4] = box
        return Tensors(number, classificators=scores, regressors=regressors)

    def ask(self, port):
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(listener.close)
        listener.settimeout(0.5)

        def attempt():
            listener.sendto(b"hands", ("127.0.0.1", port))
            return json.loads(listener.recv(4096))

        return listener, eventually(attempt)

    def test_boxes_follow_from_anchors_and_tensors(self):
        # Anchor 0 is the first cell of 16x16, centre (1/32, 1/32). The box is shifted by half a picture.
        make = lambda number: self.tensors(number, p0=(2.0, [64.0, 64.0, 32.0, 64.0]))  # noqa: E731
        with self.camera(make) as (port, _):
            _, told = self.ask(port)
        (hand,) = told["hands"]
        self.assertAlmostEqual(hand["score"], 0.881, places=3)
        for edge, expected in zip(hand["box"], [0.40625, 0.28125, 0.65625, 0.78125]):
            self.assertAlmostEqual(edge, expected, places=3)

    def test_a_hand_detected_twice_is_reported_once_with_the_better_score(self):
        box = [40.0, 40.0, 32.0, 32.0]
        other = [0.0, 0.0, 16.0, 16.0]  # anchor 895: the last cell of 8x8
        make = lambda number: self.tensors(number, p0=(1.0, box), p1=(3.0, box), p895=(0.5, other))  # noqa: E731
        with self.camera(make) as (port, _):
            _, told = self.ask(port)
        self.assertEqual([hand["score"] for hand in told["hands"]], [0.953, 0.622])

    def test_no_hand_is_an_empty_list(self):
        with self.camera(self.tensors) as (port, _):
            self.assertEqual(self.ask(port)[1]["hands"], [])

    def test_a_listener_that_does_not_renew_is_forgotten(self):
        with self.camera(self.tensors, LEASE_SECONDS=0.3) as (port, _):
            listener, _ = self.ask(port)

            def silent():
                try:
                    return not listener.recv(4096)
                except socket.timeout:
                    return True

            eventually(silent)


class StereoGuard(unittest.TestCase):
    @contextlib.contextmanager
    def camera(self, measure, **constants):
        port = free_port()
        text = script("stereo-guard/guard.py")
        locations = lambda _: record(  # noqa: E731
            getSpatialLocations=lambda: [record(spatialCoordinates=record(z=float(mm))) for mm in measure()])
        with Device(text, inputs=["zones"], constants={"PORT": port, **constants}) as device:
            with Feeder(device, "zones", locations) as feeder:
                connect(port).close()
                yield port, feeder
            device.check()

    def get(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/")
        answer = connection.getresponse()
        state = json.loads(answer.read())
        connection.close()
        return answer.status, state

    def until(self, port, wanted):
        return eventually(lambda: (lambda answer: answer[1] if wanted(answer) else None)(self.get(port)))

    def test_distances_are_reported_by_zone(self):
        with self.camera(lambda: [2500, 0, 4000.4]) as (port, _):
            state = self.until(port, lambda answer: answer[0] == 200)
        self.assertEqual([state["zones"][name]["mm"] for name in ("left", "centre", "right")], [2500, None, 4000])
        self.assertFalse(state["alarm"])

    def test_the_alarm_has_hysteresis(self):
        distance = [2000]
        with self.camera(lambda: [distance[0], 3000, 3000]) as (port, _):
            for mm, alarm in [(2000, False), (1600, False), (1400, True), (1600, True), (0, True), (1800, False)]:
                distance[0] = mm
                seen = mm or None
                state = self.until(port, lambda answer: answer[1]["zones"]["left"]["mm"] == seen)
                self.assertEqual(state["alarm"], alarm, f"at {mm} mm")

    def test_a_camera_that_stops_measuring_raises_the_alarm(self):
        with self.camera(lambda: [3000, 3000, 3000], STALE_SECONDS=0.3) as (port, feeder):
            self.until(port, lambda answer: answer[0] == 200)
            feeder.stopping.set()
            state = self.until(port, lambda answer: answer[0] == 503)
            self.assertTrue(state["alarm"])


class EveryExample(unittest.TestCase):
    def test_scripts_and_receivers_are_written_for_python_3_9(self):
        import ast

        texts = {str(path): path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*/*.py")}
        for name, text in texts.items():
            with self.subTest(name):
                ast.parse(text, feature_version=(3, 9))

    def test_every_example_is_complete(self):
        for folder in filter(pathlib.Path.is_dir, EXAMPLES.iterdir()):
            with self.subTest(folder.name):
                names = {path.name for path in folder.iterdir()}
                self.assertTrue({"README.md", "reference.py"} <= names, names)
                self.assertTrue({"app.toml", "app.yaml"} & names, names)
                self.assertIn("**It has never run on a camera.**", (folder / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
