"""oakc.rtsp: ffprobe and ffmpeg as viewers, a viewer of our own that looks at each byte, and hostile ones."""
import base64
import os
import random
import re
import socket
import struct
import subprocess
import time
import unittest

from peers import Relay, Test, program, until

from oakc import rtsp

PICTURES = "testsrc=size=640x360:rate=25"
RATE = 25
# By default they watch for five seconds before they say what it is.
BRIEF = "-analyzeduration", "500000"


def ffmpeg(*arguments, **options):
    options.setdefault("check", True)
    command = [program("ffmpeg"), "-v", "error", "-y", *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, **options)


def frames_of(codec, data):
    """What an encoder would give for each frame: of a picture in slices all of them, parameter sets in front."""
    if codec == "mjpeg":
        return [b"\xff\xd8" + picture for picture in data.split(b"\xff\xd8\xff\xe0")[1:] for picture in [b"\xff\xe0" + picture]]
    at_slice = {"h264": lambda unit: unit[0] & 31 in (1, 5) and unit[1] & 0x80, "h265": lambda unit: unit[0] >> 1 & 63 < 32 and unit[2] & 0x80}[codec]
    frames, begun = [[]], False
    for unit in re.split(b"\0*\0\0\1", data)[1:]:
        is_slice = unit[0] & 31 in (1, 5) if codec == "h264" else unit[0] >> 1 & 63 < 32
        if begun and (not is_slice or at_slice(unit)):
            frames.append([])
            begun = False
        frames[-1].append(unit)
        begun = begun or is_slice
    return [b"".join(b"\0\0\0\1" + unit for unit in frame) for frame in frames]


class Viewer:
    """A viewer of our own, on a connection."""

    def __init__(self, test, port, path="/video"):
        self.sock = socket.create_connection(("127.0.0.1", port), 5)
        test.addCleanup(self.sock.close)
        self.url = "rtsp://127.0.0.1:%d%s" % (port, path)
        self.number = 0
        self.session = None
        self.buffer = b""

    def ask(self, method, url=None, **headers):
        """Status, headers in lower case, and body."""
        self.number += 1
        lines = ["%s %s RTSP/1.0" % (method, url or self.url), "CSeq: %d" % self.number]
        if self.session:
            lines.append("Session: " + self.session)
        lines += ["%s: %s" % (name.replace("_", "-"), value) for name, value in headers.items()]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return self.answer()

    def answer(self):
        while True:
            kind, data = self.piece()
            if kind is None:
                break
        head, _, body = data.partition("\r\n\r\n")
        lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) if line.startswith("CSeq") else (line.split(": ", 1)[0].lower(), line.split(": ", 1)[1]) for line in lines[1:])
        return int(lines[0].split()[1]), headers, body

    def play(self, transport="RTP/AVP/TCP;unicast;interleaved=0-1"):
        status, headers, _ = self.ask("SETUP", self.url + "/track1", Transport=transport)
        assert status == 200, status
        self.session = headers["session"].split(";")[0]
        assert self.ask("PLAY")[0] == 200
        return headers

    def read(self, size):
        while len(self.buffer) < size:
            some = self.sock.recv(65536)
            if not some:
                raise ConnectionError("closed")
            self.buffer += some
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def piece(self):
        """The channel and the bytes of a packet, or None and the text of an answer."""
        head = self.read(4)
        if head[:1] == b"$":
            return head[1], self.read(head[2] << 8 | head[3])
        while b"\r\n\r\n" not in head:
            head += self.read(1)
        size = re.search(rb"Content-Length: (\d+)", head)
        return None, (head + self.read(int(size.group(1)) if size else 0)).decode()

    def packets(self, channel=0):
        """Packets of a channel; the others are passed over."""
        while True:
            kind, data = self.piece()
            if kind == channel:
                yield data

    def frame(self, channel=0):
        """The payloads of the next frame, with its time stamp and the number of its first packet."""
        payloads = []
        for packet in self.packets(channel):
            flags, kind, sequence, stamp, _ = struct.unpack(">BBHII", packet[:12])
            assert flags == 0x80
            payloads.append(packet[12:])
            if kind & 0x80:
                return payloads, stamp, sequence - len(payloads) + 1 & 0xFFFF


def key(size=10, mark=b"k"):
    """An H.264 key frame without parameter sets, which is not a picture."""
    return b"\0\0\0\1\x65\x88" + mark * size


def other(size=10, mark=b"p"):
    return b"\0\0\0\1\x41\x9a" + mark * size


SETS = b"\0\0\0\1\x67\x42\xc0\x1e\xaa\0\0\1\x68\xce\x3c\x80"


class Rtsp(Test):
    @classmethod
    def setUpClass(cls):
        encoders = {
            "h264": ["-c:v", "libx264", "-g", "25", "-bf", "0", "-pix_fmt", "yuv420p", "-f", "h264"],
            "h265": ["-c:v", "libx265", "-x265-params", "log-level=error:keyint=25:bframes=0:repeat-headers=1", "-pix_fmt", "yuv420p", "-f", "hevc"],
            "mjpeg": ["-vf", "format=yuvj420p", "-c:v", "mjpeg", "-huffman", "default", "-f", "mjpeg"],
        }
        cls.recorded, cls.pictures = {}, {}
        for codec, options in encoders.items():
            cls.recorded[codec] = frames_of(codec, ffmpeg("-f", "lavfi", "-i", PICTURES, "-frames:v", "100", *options, "-").stdout)
            assert len(cls.recorded[codec]) == 100
            cls.pictures[codec] = cls.hashes("-f", "hevc" if codec == "h265" else codec, "-i", "pipe:", data=b"".join(cls.recorded[codec]))
            assert len(set(cls.pictures[codec])) == 100

    @staticmethod
    def hashes(*arguments, data=None):
        command = [program("ffmpeg"), "-v", "error", *arguments, "-f", "framemd5", "-"]
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.split(b",")[-1].strip() for line in done.stdout.splitlines() if not line.startswith(b"#")]

    def setUp(self):
        for name in "SESSION", "STALLED", "REQUEST", "IDLE", "REPORT", "OUTBOX", "LATE":
            self.addCleanup(setattr, rtsp, name, getattr(rtsp, name))

    def server(self, codec="h264", **options):
        server = rtsp.Server(0, "127.0.0.1", rtp_port=0, **options)
        self.addCleanup(server.close)
        video = server.stream("/video", codec)
        server.start()
        return server, video

    def camera(self, video, frames, rate=RATE):
        """Pushes frames over and over until the test ends."""
        running = [True]
        self.addCleanup(running.clear)

        def push():
            number = 0
            while running:
                video.push(frames[number % len(frames)], number / rate)
                number += 1
                time.sleep(1 / rate)

        self.thread(push)

    # --------------------------------------------------------------------------------- ffprobe, ffmpeg

    def look(self, codec, transport, url):
        probe = subprocess.run(
            [program("ffprobe"), "-v", "error", "-rtsp_transport", transport, *BRIEF, "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", url],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
        )
        name = "hevc" if codec == "h265" else codec
        self.assertEqual((probe.stdout.decode().strip(), probe.returncode), (name + ",640,360", 0), probe.stderr)
        return self.hashes("-rtsp_transport", transport, *BRIEF, "-i", url, "-frames:v", "40")

    def test_ffprobe_and_ffmpeg_see_the_pictures_by_udp_and_tcp(self):
        for codec in "h264", "h265", "mjpeg":
            server, video = self.server(codec)
            self.camera(video, self.recorded[codec])
            url = "rtsp://127.0.0.1:%d/video" % server.port
            for transport in "tcp", "udp":
                with self.subTest(codec=codec, transport=transport):
                    seen = self.look(codec, transport, url)
                    self.assertEqual(len(seen), 40)
                    self.assertEqual(set(seen) - set(self.pictures[codec]), set(), "each is a picture of the recording")
                    if transport == "tcp":
                        start = self.pictures[codec].index(seen[0])
                        # ffmpeg repeats or leaves out a picture where times jump.
                        expected = (self.pictures[codec] * 2)[start : start + 40]
                        self.assertGreaterEqual(len(set(seen) & set(expected)), 39, "none is missing")
            until(lambda: server.viewers == 0)
            self.assertEqual(server.dropped, 0, "they said goodbye")

    def test_several_viewers_watch_at_once_and_a_server_that_comes_back_is_found_again(self):
        server, video = self.server()
        self.camera(video, self.recorded["h264"])
        url = "rtsp://127.0.0.1:%d/video" % server.port
        out = [os.path.join(self.folder(), "out.mkv") for _ in range(4)]
        transports = "tcp", "udp", "udp", "tcp"
        recorders = [
            self.start(program("ffmpeg"), "-v", "error", "-rtsp_transport", transport, *BRIEF, "-i", url, "-c", "copy", "-flush_packets", "1", "-y", path)
            for transport, path in zip(transports, out)
        ]
        until(lambda: len(server._playing()) == 4)
        until(lambda: all(os.path.exists(path) and os.path.getsize(path) > 8000 for path in out), 30)
        server.close()
        self.assertEqual([recorder.wait(20) for recorder in recorders], [0] * 4, "the goodbye ends a recording")
        for path in out:
            self.assertTrue(set(self.hashes("-i", path)) <= set(self.pictures["h264"]))
        again = rtsp.Server(server.port, "127.0.0.1", rtp_port=server.rtp_port)
        self.addCleanup(again.close)
        self.camera(again.stream("/video", "h264"), self.recorded["h264"])
        again.start()
        self.assertEqual(len(self.look("h264", "udp", url)), 40)

    def test_jpegs_with_restart_markers_and_both_samplings(self):
        picture = os.path.join(self.folder(), "picture.ppm")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1", picture)
        for options in ("-sample", "2x1"), ("-sample", "2x2", "-restart", "1"), ("-sample", "2x1", "-restart", "7B"), ("-sample", "2x2", "-quality", "100"):
            jpeg = subprocess.run([program("cjpeg"), *options, picture], check=True, stdout=subprocess.PIPE).stdout
            server, video = self.server("mjpeg")
            self.camera(video, [jpeg])
            seen = self.hashes("-rtsp_transport", "tcp", *BRIEF, "-i", "rtsp://127.0.0.1:%d/video" % server.port, "-frames:v", "2")
            self.assertEqual(set(seen), set(self.hashes("-f", "mjpeg", "-i", "pipe:", data=jpeg)), options)

    # ---------------------------------------------------------------------------------------- dialogue

    def test_a_dialogue_and_every_byte_of_a_frame(self):
        server, video = self.server()
        viewer = Viewer(self, server.port)
        status, headers, _ = viewer.ask("OPTIONS", "*")
        self.assertEqual((status, headers["cseq"], headers["public"]), (200, "1", "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER"))
        sdp = viewer.ask("DESCRIBE", Accept="application/sdp")[2]
        self.assertNotIn("sprop", sdp, "nothing is known yet")
        self.assertEqual(video.push(SETS + key()), 0)
        status, headers, sdp = viewer.ask("DESCRIBE", Accept="application/sdp")
        self.assertEqual((status, headers["content-type"], headers["content-base"]), (200, "application/sdp", viewer.url + "/"))
        self.assertEqual(sdp.split("\r\n")[2:], [
            "s=oakc", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*", "a=range:npt=0-", "m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000",
            "a=fmtp:96 packetization-mode=1;profile-level-id=42c01e;sprop-parameter-sets=Z0LAHqo=,aM48gA==", "a=control:track1", ""])
        transport = viewer.play()["transport"]
        self.assertRegex(transport, r"^RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=[0-9A-F]{8}$")
        until(lambda: len(server._playing()) == 1)
        self.assertEqual(video.push(other()), 1)
        large = bytes(range(1, 251)) * 20
        self.assertEqual(video.push(b"\0\0\0\1\x09\xf0" + key() + b"\0\0\1\x65" + large + b"\0\0", 100.0), 1)
        payloads, stamp, sequence = viewer.frame()
        self.assertEqual(payloads[:4], [b"\x09\xf0", b"\x67\x42\xc0\x1e\xaa", b"\x68\xce\x3c\x80", b"\x65\x88" + b"k" * 10],
                         "it begins at a key frame, which gets its parameter sets")
        pieces = payloads[4:]
        self.assertEqual([piece[:2] for piece in pieces], [b"\x7c\x85", b"\x7c\x05", b"\x7c\x05", b"\x7c\x45"])
        self.assertEqual(b"".join(piece[2:] for piece in pieces), large)
        self.assertEqual({len(piece) + 12 for piece in pieces[:-1]}, {rtsp.PACKET})
        video.push(other(), 100.04)
        following = viewer.frame()
        self.assertEqual((following[0], following[1] - stamp & 0xFFFFFFFF, following[2]), ([other()[4:]], 3600, sequence + 8 & 0xFFFF))
        self.assertEqual(viewer.ask("GET_PARAMETER")[0], 200)
        self.assertEqual(viewer.ask("PAUSE")[0], 200)
        self.assertEqual(video.push(key()), 0)
        status, headers, _ = viewer.ask("PLAY", Range="npt=0.000-")
        self.assertEqual((status, headers["range"]), (200, "npt=0.000-"))
        self.assertIn("seq=%d;" % video.sequence, headers["rtp-info"])
        until(lambda: len(server._playing()) == 1)
        video.push(other())
        video.push(key(mark=b"K"))
        self.assertEqual(viewer.frame()[0][2:], [key(mark=b"K")[4:]], "after a pause, too, it begins at a key frame")
        self.assertEqual(viewer.ask("TEARDOWN")[0], 200)
        self.assertEqual((server.viewers, server.dropped), (0, 0))
        with self.assertRaises(ConnectionError):
            viewer.answer()

    def test_h265_and_jpeg_are_taken_apart_as_the_rfcs_say(self):
        server, video = self.server("h265")
        viewer = Viewer(self, server.port)
        viewer.play()
        until(lambda: len(server._playing()) == 1)
        large = bytes(range(1, 251)) * 10
        sets = b"".join(b"\0\0\0\1" + unit for unit in (b"\x40\x01v", b"\x42\x01s", b"\x44\x01p"))
        video.push(sets + b"\0\0\0\1\x26\x01" + large)
        payloads = viewer.frame()[0]
        self.assertEqual(payloads[:3], [b"\x40\x01v", b"\x42\x01s", b"\x44\x01p"])
        self.assertEqual([piece[:3] for piece in payloads[3:]], [b"\x62\x01\x93", b"\x62\x01\x53"])
        self.assertEqual(b"".join(piece[3:] for piece in payloads[3:]), large)
        sdp = viewer.ask("DESCRIBE")[2]
        self.assertIn("a=fmtp:96 sprop-vps=QAF2;sprop-sps=QgFz;sprop-pps=RAFw\r\n", sdp)
        server, video = self.server("mjpeg")
        viewer = Viewer(self, server.port)
        self.assertIn("m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\n", viewer.ask("DESCRIBE")[2])
        viewer.play()
        until(lambda: len(server._playing()) == 1)
        jpeg = self.recorded["mjpeg"][0]
        video.push(jpeg)
        payloads = viewer.frame()[0]
        tables = jpeg.index(b"\xff\xdb") + 5
        table = jpeg[tables : tables + 64]
        self.assertEqual(payloads[0][:12 + 128], bytes([0, 0, 0, 0, 1, 255, 80, 45, 0, 0, 0, 128]) + table * 2)
        scan = payloads[0][12 + 128:]
        for payload in payloads[1:]:
            self.assertEqual(payload[:8], struct.pack(">IBBBB", len(scan), 1, 255, 80, 45))
            scan += payload[8:]
        self.assertTrue(jpeg.endswith(scan + b"\xff\xd9"))

    def test_reports_say_the_time_and_what_was_sent_and_the_end_is_told(self):
        rtsp.REPORT = 0.3
        server, video = self.server(clock=lambda: 1000.5)
        reports = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(reports.close)
        reports.bind(("127.0.0.1", 0))
        reports.settimeout(5)
        port = reports.getsockname()[1] - 1
        viewer = Viewer(self, server.port)
        transport = viewer.play("RTP/AVP;unicast;client_port=%d-%d" % (port, port + 1))["transport"]
        self.assertTrue(transport.startswith("RTP/AVP;unicast;client_port=%d-%d;server_port=%d-%d;ssrc=" % (port, port + 1, server.rtp_port, server.rtp_port + 1)))
        until(lambda: len(server._playing()) == 1)
        video.push(SETS + key(), 7.0)
        datagram, peer = reports.recvfrom(2048)
        while struct.unpack(">I", datagram[20:24])[0] == 0:
            datagram, peer = reports.recvfrom(2048)
        self.assertEqual(peer, ("127.0.0.1", server.rtp_port + 1))
        flags, kind, size, ssrc, seconds, part, stamp, packets, octets = struct.unpack(">BBHIIIIII", datagram[:28])
        self.assertEqual((flags, kind, size, seconds - 2208988800, part, packets, octets), (0x80, 200, 6, 1000, 2**31, 3, 21))
        self.assertEqual(ssrc, int(transport[-8:], 16))
        self.assertLess(stamp - (video._first + 7 * 90000) & 0xFFFFFFFF, 5 * 90000)
        self.assertEqual(datagram[28:], struct.pack(">BBHI", 0x81, 202, 3, ssrc) + b"\x01\x04oakc\0\0")
        server.close()
        while datagram[1] == 200:
            datagram = reports.recv(2048)
        self.assertEqual(datagram[-8:], struct.pack(">BBHI", 0x81, 203, 1, ssrc))

    def test_by_tcp_reports_come_on_the_other_channel_and_without_a_clock_they_count_from_the_start(self):
        rtsp.REPORT = 0.1
        server, video = self.server(clock=lambda: None)
        viewer = Viewer(self, server.port)
        viewer.play("RTP/AVP;multicast,RTP/AVP/TCP;interleaved=4-5")
        until(lambda: len(server._playing()) == 1)
        video.push(SETS + key())
        self.assertEqual(viewer.frame(4)[0][0][:1], b"\x67")
        report = next(viewer.packets(5))
        self.assertLess(abs(struct.unpack(">I", report[8:12])[0] - time.monotonic()), 10)

    # ------------------------------------------------------------------------------ slow and lost links

    def test_a_slow_viewer_keeps_nobody_waiting_and_goes_on_at_a_key_frame(self):
        rtsp.OUTBOX, rtsp.STALLED = 100000, 60
        server, video = self.server()
        slow, fast = Viewer(self, server.port), Viewer(self, server.port)
        slow.play()
        fast.play()
        until(lambda: len(server._playing()) == 2)
        session = server._visitors[0].session
        video.push(SETS + key(50000))
        fast.frame()
        number = 0
        while not session.waits_for_key:
            number += 1
            video.push(other(50000, bytes([65 + number % 26])))
            self.assertEqual(fast.frame()[0][-1][-1:], bytes([65 + number % 26]))
            self.assertLess(number, 1000)
        self.assertLess(session.outbox._size, 160000)
        for _ in range(20):
            video.push(other(50000, b"-"))
            fast.frame()
        got = [slow.frame()[0] for _ in range(number)]
        self.assertTrue(got[0][0].startswith(b"\x67"))
        video.push(SETS + key(10, b"K"))
        payloads = slow.frame()[0]
        self.assertEqual(payloads[-1], key(10, b"K")[4:], "what it missed was left out, nothing came in parts")
        self.assertEqual(server.viewers, 2)

    def test_what_waited_for_long_makes_way_for_a_key_frame(self):
        rtsp.LATE = 0
        server, video = self.server()
        viewer = Viewer(self, server.port)
        viewer.play()
        until(lambda: len(server._playing()) == 1)
        outbox = server._visitors[0].outbox
        write = outbox._write

        def blocked(data):
            raise BlockingIOError(rtsp.errno.EAGAIN, "later")

        outbox._write = blocked
        video.push(SETS + key(10, b"1"))
        for _ in range(5):
            video.push(other())
        video.push(key(10, b"2"))
        outbox._write = write
        self.assertEqual([viewer.frame()[0][-1][-1:] for _ in range(2)], [b"1", b"2"])

    def test_a_viewer_that_takes_nothing_is_left(self):
        rtsp.STALLED, rtsp.OUTBOX = 0.5, 10000
        server, video = self.server()
        viewer = Viewer(self, server.port)
        viewer.play()
        until(lambda: len(server._playing()) == 1)
        until(lambda: video.push(SETS + key(100000)) == 0)
        self.assertEqual((server.viewers, server.dropped), (0, 1))

    def test_a_link_that_is_cut_slowed_and_mended(self):
        server, video = self.server()
        self.camera(video, self.recorded["h264"])
        relay = Relay(self, server.port)
        viewer = Viewer(self, relay.port)
        viewer.play()
        viewer.frame()
        relay.delay = 0.2
        for _ in range(50):
            viewer.frame()
        self.assertEqual(server.viewers, 1)
        relay.cut()
        with self.assertRaises(OSError):
            while True:
                viewer.frame()
        until(lambda: server.viewers == 0)
        relay.up, relay.delay = True, 0
        viewer = Viewer(self, relay.port)
        viewer.play()
        self.assertTrue(viewer.frame()[0][0].startswith(b"\x67"))

    def test_a_silent_viewer_by_udp_is_left_and_its_reports_keep_it(self):
        rtsp.SESSION = -4.5
        server, video = self.server()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(sock.close)
        sock.bind(("127.0.0.1", 0))
        viewer = Viewer(self, server.port)
        port = sock.getsockname()[1]
        viewer.play("RTP/AVP/UDP;unicast;client_port=%d" % port)
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            sock.sendto(b"\x80\xc9\0\1abcd", ("127.0.0.1", server.rtp_port + 1))
            time.sleep(0.1)
            self.assertEqual(server.viewers, 1)
        until(lambda: server.viewers == 0)
        self.assertEqual(server.dropped, 1)

    def test_datagrams_that_cannot_leave_now_wait_and_those_to_nobody_are_lost(self):
        server, video = self.server()
        viewer = Viewer(self, server.port)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(sock.close)
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        viewer.play("RTP/AVP;unicast;client_port=%d-%d" % (sock.getsockname()[1], sock.getsockname()[1] + 1))
        until(lambda: len(server._playing()) == 1)
        outbox = server._visitors[0].session.outbox
        write = outbox._write

        def full(packet):
            raise OSError(rtsp.errno.ENOBUFS, "full")

        outbox._write = full
        video.push(SETS + key(5000))
        outbox._write = write
        sizes = [len(sock.recv(2048)) for _ in range(6)]
        self.assertEqual(sizes[2:5], [1400] * 3)
        until(lambda: not outbox.waits)

    # ---------------------------------------------------------------------------------- hostile visitors

    def raw(self, port, text):
        with socket.create_connection(("127.0.0.1", port), 5) as sock:
            sock.settimeout(10)
            got = b""
            try:
                sock.sendall(text)
                sock.shutdown(socket.SHUT_WR)
                while len(got) < 1000000:
                    some = sock.recv(65536)
                    if not some:
                        break
                    got += some
            except ConnectionError:
                pass
            return got

    def test_visitors_that_talk_nonsense_get_a_status_and_no_more(self):
        server, video = self.server()
        chance = random.Random(1)
        for text, status in (
            (b"x\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n\r\n", 400), (b"OPTIONS * RTSP/1.0\r\n\r\n", 400), (b"OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n", 505),
            (b"OPTIONS * RTSP/1.0\r\nCSeq: -1\r\n\r\n", 400), (b"OPTIONS * RTSP/1.0\r\nCSeq : 1\r\n\r\n", 400), (b"OPTIONS * RTSP/1.0\r\nCSeq: 1\nX: y\r\n\r\n", 400),
            (b"OPTIONS " + b"x" * 9000, 413), (b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 99999\r\n\r\n", 413),
            (b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: x\r\n\r\n", 400), (b"DESCRIBE rtsp://[x/ RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400),
            (b"\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 2\r\n\r\nab$\0\0\2xxOPTIONS * RTSP/1.0\r\nCSeq: 2\r\n\r\n", 200),
        ):
            # A visitor that closes its side is gone, so it waits with that for the answer.
            with socket.create_connection(("127.0.0.1", server.port), 5) as sock:
                sock.sendall(text)
                got = sock.recv(65536)
            self.assertTrue(got.startswith(b"RTSP/1.0 %d " % status), (text[:60], got[:40]))
        for _ in range(200):
            words = [b"SETUP", b" ", b"rtsp://a/video", b"RTSP/1.0", b"\r\n", b"CSeq: 1", b"Transport: ", b"RTP/AVP", b"$", b"\0\1", b"interleaved=", b"0-1", b";", b",", b"\xff"]
            self.raw(server.port, b"".join(chance.choice(words) for _ in range(40)))
        viewer = Viewer(self, server.port)
        self.assertEqual(viewer.ask("DESCRIBE")[0], 200)
        self.assertEqual(viewer.ask("DESCRIBE", viewer.url + "x")[0], 404)
        self.assertEqual(viewer.ask("RECORD")[0], 501)
        self.assertEqual(viewer.ask("PLAY")[0], 454)
        status, headers, _ = viewer.ask("DESCRIBE", Require="a.b")
        self.assertEqual((status, headers["unsupported"]), (551, "a.b"))
        for transport in (
            "", "x", "RTP/AVP;multicast;client_port=5000-5001", "RTP/AVP;unicast", "RTP/AVP;unicast;client_port=99999", "RTP/AVP;unicast;client_port=0",
            "RTP/AVP;unicast;client_port=5000-5005", "RTP/AVP;unicast;client_port=5000-5001;destination=10.0.0.1", "RTP/AVP/TCP;interleaved=255-256", "RTP/SAVP;unicast;client_port=1-2",
        ):
            self.assertEqual(viewer.ask("SETUP", Transport=transport)[0], 461, transport)
        viewer.play()
        self.assertEqual(viewer.ask("SETUP", Transport="RTP/AVP/TCP")[0], 455)
        viewer.session = "0" * 16
        self.assertEqual(viewer.ask("TEARDOWN")[0], 454)
        self.assertEqual(server.viewers, 1)

    def test_visitors_that_are_slow_silent_or_many_leave_room_for_others(self):
        server, video = self.server(viewers=2)
        viewers = [Viewer(self, server.port) for _ in range(3)]
        for viewer in viewers[:2]:
            viewer.play()
        self.assertEqual(viewers[2].ask("SETUP", Transport="RTP/AVP/TCP")[0], 453)
        others = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(12)]
        for sock in others:
            self.addCleanup(sock.close)
        until(lambda: server.refused >= 5)
        self.assertEqual(len(server._visitors), 10)
        rtsp.REQUEST = rtsp.IDLE = 1.0

        def drip():
            try:
                while True:
                    for sock in others[:7]:
                        sock.sendall(b"O")
                    time.sleep(0.1)
            except OSError:
                pass

        self.thread(drip)
        self.camera(video, [SETS + key()])
        until(lambda: len(server._visitors) == 2)
        self.assertEqual((Viewer(self, server.port).ask("OPTIONS")[0], server.viewers, server.dropped), (200, 2, 0))

    def test_a_visitor_that_asks_and_does_not_listen_is_left(self):
        server, _ = self.server()
        with socket.create_connection(("127.0.0.1", server.port), 5) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with self.assertRaises(OSError):
                for _ in range(10000):
                    sock.sendall(b"DESCRIBE rtsp://a/video RTSP/1.0\r\nCSeq: 1\r\n\r\n" * 100)
        until(lambda: not server._visitors)

    def test_a_password(self):
        server, _ = self.server(user="oak", password="s:cret")
        viewer = Viewer(self, server.port)
        self.assertEqual(viewer.ask("OPTIONS")[0], 200)
        status, headers, _ = viewer.ask("DESCRIBE")
        self.assertEqual((status, headers["www-authenticate"]), (401, 'Basic realm="oakc"'))
        for wrong in "Basic", "Basic x", "Digest b2FrOnM6Y3JldA==", "Basic b2FrOnM6Y3JldB==", "Basic \xe4":
            self.assertEqual(viewer.ask("SETUP", Authorization=wrong, Transport="RTP/AVP/TCP")[0], 401, wrong)
        right = "Basic " + base64.b64encode(b"oak:s:cret").decode()
        self.assertEqual(viewer.ask("DESCRIBE", Authorization=right)[0], 200)

    def test_frames_that_cannot_be_sent_are_a_problem_that_viewers_hear_of(self):
        jpeg = self.recorded["mjpeg"][0]
        size = jpeg.index(b"\xff\xc0") + 5
        large = jpeg[:size] + struct.pack(">HH", 2160, 3840) + jpeg[size + 4 :]
        server, video = self.server("mjpeg")
        viewer = Viewer(self, server.port)
        for frame, words in (
            (large, "RTP carries JPEGs of up to 2040 x 2040 pixels, and this one has 3840 x 2160"),
            (jpeg.replace(b"\xff\xc0", b"\xff\xc2", 1), "baseline"), (jpeg.replace(b"\x01\x22\0", b"\x01\x11\0", 1), "4:2:0"),
            (jpeg[:300], "whole"), (jpeg[:2], "whole"), (b"", "not a JPEG"), (SETS + key(), "profile"),
            (ffmpeg("-f", "lavfi", "-i", PICTURES, "-frames:v", "1", "-vf", "format=yuvj420p", "-huffman", "optimal", "-f", "mjpeg", "-").stdout, "Huffman"),
        ):
            self.assertEqual(video.push(frame), 0)
            status, _, body = viewer.ask("DESCRIBE")
            self.assertEqual((status, body.strip()), (415, video.problem))
            self.assertIn(words, body)
        video.push(jpeg)
        self.assertEqual((viewer.ask("DESCRIBE")[0], video.problem), (200, None))
        for codec, frame in ("h264", jpeg), ("h265", self.recorded["h264"][0]), ("h264", b""), ("h264", b"x" * 100), ("h264", b"\0\0\0\1\x18"), ("h264", b"x" * (rtsp.LARGEST + 1)):
            video = self.server(codec)[1]
            video.push(frame)
            self.assertTrue(video.problem, codec)
        chance = random.Random(1)
        for codec in "h264", "h265", "mjpeg":
            server, video = self.server(codec)
            Viewer(self, server.port).play()
            until(lambda: len(server._playing()) == 1)
            for number in range(300):
                frame = bytearray(self.recorded[codec][0][: chance.randrange(3000)])
                for _ in range(3):
                    if frame:
                        frame[chance.randrange(len(frame))] = chance.randrange(256)
                video.push(frame)
        with self.assertRaisesRegex(ValueError, "h264, h265, mjpeg"):
            server.stream("/other", "vp9")


if __name__ == "__main__":
    unittest.main()
