"""oakc.http, and nginx on both sides of it; and hostile servers and visitors."""
import http.client as plain
import json
import os
import random
import socket
import threading
import time
import unittest

from peers import Relay, Test, free_port, listens, program, until

from oakc import http

NGINX = """
daemon off; master_process off; error_log /dev/null; pid %(folder)s/pid; worker_rlimit_nofile 256;
events { worker_connections 64; }
http {
  access_log off; client_body_temp_path %(folder)s/a; proxy_temp_path %(folder)s/b; fastcgi_temp_path %(folder)s/c;
  uwsgi_temp_path %(folder)s/d; scgi_temp_path %(folder)s/e; default_type text/html; client_max_body_size 8m;
  server {
    listen 127.0.0.1:%(port)d; root %(folder)s/root; keepalive_requests 3;
    location /chunked/ { ssi on; }
    location /moved { return 302 /plain.json; }
    location /away { return 307 http://127.0.0.1:%(port)d/plain.json; }
    location /secure { return 301 https://127.0.0.1/; }
    location /round { return 302 /round; }
    location /ours/ { proxy_pass http://127.0.0.1:%(ours)d/; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
"""


class Http(Test):
    def setUp(self):
        for name, value in ("TIMEOUT", 2.0), ("IDLE", 2.0), ("STALLED", 1.0):
            self.addCleanup(setattr, http, name, getattr(http, name))
            setattr(http, name, value)

    def nginx(self, port=None, ours=1):
        port = port or free_port()
        folder = self.folder()
        os.makedirs(os.path.join(folder, "root", "chunked"))
        texts = {"plain.json": '{"people": 3}', "large.bin": "x" * 3000000, "chunked/page.html": '<!--#echo var="request_method" -->' + "y" * 100000}
        for name, text in texts.items():
            with open(os.path.join(folder, "root", name), "w") as file:
                file.write(text)
        config = self.write("nginx.conf", NGINX % {"folder": folder, "port": port, "ours": ours})
        process = self.start(program("nginx"), "-c", config, "-e", "/dev/null")
        until(lambda: listens(port))
        return port, process

    def client(self, port, **options):
        client = http.Client("http://127.0.0.1:%d" % port, **{"timeout": 2, **options})
        self.addCleanup(client.close)
        return client

    def server(self, **options):
        server = http.Server(0, "127.0.0.1", **options)
        self.addCleanup(server.close)
        return server

    # ------------------------------------------------------------------------------------------ client

    def test_a_real_server_answers(self):
        port, process = self.nginx()
        client = self.client(port, largest=4000000)
        self.assertEqual(client.get("/plain.json").json(), {"people": 3})
        first = client._connection
        answer = client.get("/chunked/page.html")
        self.assertEqual((answer.headers.get("transfer-encoding"), answer.text[:4], len(answer.body)), ("chunked", "GETy", 100003))
        self.assertIs(client._connection, first, "kept open")
        self.assertEqual(len(client.get("/large.bin").body), 3000000)
        for _ in range(8):
            self.assertTrue(client.get("/plain.json").ok)
        self.assertEqual(client.get("/nothing").status, 404)
        self.assertEqual(client.request("HEAD", "/large.bin").body, b"")
        self.assertEqual(client.get("/moved").json(), {"people": 3})
        self.assertEqual(client.get("/away").json(), {"people": 3})
        for path, words in ("/round", "too many redirects"), ("/secure", "http://"):
            with self.assertRaisesRegex(http.HttpError, words):
                client.get(path)
        with self.assertRaisesRegex(http.HttpError, "more than"):
            self.client(port).get("/large.bin")
        self.stop(process)
        with self.assertRaises(http.HttpError):
            client.get("/plain.json")
        self.nginx(port)
        self.assertTrue(client.get("/plain.json").ok)
        self.assertEqual(http.get("http://127.0.0.1:%d/plain.json" % port).json(), {"people": 3})

    def test_links_that_are_cut_or_stand_still_end_a_request(self):
        port, _ = self.nginx()
        relay = Relay(self, port)
        client = self.client(relay.port, timeout=0.5)
        self.assertTrue(client.get("/plain.json", timeout=5).ok)
        relay.cut()
        with self.assertRaises(http.HttpError):
            client.get("/plain.json")
        relay.up = True
        self.assertTrue(client.get("/plain.json", timeout=5).ok)
        relay.flows.clear()
        with self.assertRaisesRegex(http.HttpError, "timed out"):
            client.get("/plain.json")
        relay.flows.set()
        self.assertTrue(client.get("/plain.json", timeout=5).ok)

    def says(self, text):
        """A server that says this to whatever it is asked."""

        def talk(connection):
            connection.recv(65536)
            if callable(text):
                text(connection)
            else:
                connection.sendall(text)

        return self.client(self.tcp_server(talk), timeout=0.5)

    def test_servers_that_talk_nonsense_or_never_end_are_left(self):
        def forever(piece):
            def talk(connection):
                while True:
                    connection.sendall(piece)
                    time.sleep(0.01)

            return talk

        ok = b"HTTP/1.1 200 OK\r\n"
        chance = random.Random(1)
        nonsense = [b"", b"x", b"\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/9 200 OK\r\n\r\n", ok, ok + b"Content-Length: 9\r\n\r\nx",
                    ok + b"A: b\r\n" * 200 + b"\r\n", ok + b"A" * 70000, ok + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                    ok + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffff\r\nx", ok + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
                    b"HTTP/1.1 302 Found\r\nLocation: http://\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: http://[x\r\nContent-Length: 0\r\n\r\n",
                    b"HTTP/1.1 302 Found\r\nLocation: http://a:99999999/\r\nContent-Length: 0\r\n\r\n"]
        endless = [b"x", b"A: b\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", ok, ok + b"\r\n" + b"x" * 1000]
        for text in nonsense + [forever(piece) for piece in endless]:
            with self.assertRaises(http.HttpError, msg=str(text)[:60]):
                self.says(text).get("/")
        for _ in range(30):
            try:
                self.says(ok + bytes(chance.randrange(256) for _ in range(100))).get("/")
            except http.HttpError:
                pass
        flood = self.says(forever(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" + b"x" * 65535 + b"\r\n"))
        with self.assertRaises(http.HttpError):
            flood.get("/")

    def test_what_changes_something_is_not_asked_twice_and_secrets_stay_with_their_server(self):
        asked = []

        def once(connection):
            asked.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            asked.append(connection.recv(65536))

        client = self.client(self.tcp_server(once), auth=("oak", "secret"))
        client.post("/a")
        with self.assertRaises(http.HttpError):
            client.post("/b")
        self.assertEqual(sum(b"POST" in it for it in asked), 2)
        self.assertIn(b"Authorization: Basic b2FrOnNlY3JldA==", asked[0])
        other = []

        def take(connection):
            other.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        there = self.tcp_server(take)
        moved = self.says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % there)
        moved.headers["Authorization"] = "x"
        self.assertTrue(moved.post("/", "data").ok)
        self.assertTrue(other[0].startswith(b"GET / ") and b"Authorization" not in other[0])
        for wrong in "ftp://a/", "http:///", "https://a/":
            with self.assertRaises(http.HttpError):
                http.get(wrong)
        with self.assertRaises(http.HttpError):
            client.get("/a b\r\nX: y")

    # ------------------------------------------------------------------------------------------ server

    def test_routes_answer_directly_and_behind_nginx(self):
        server = self.server()
        server.route("/count", lambda request: {"people": 3})
        server.route("/bytes", lambda request: b"\0\1")
        server.route("/nothing", lambda request: None)
        server.route("/fails", lambda request: 1 / 0)
        server.route("/reply", lambda request: http.Reply("x", 201, "text/plain", {"X-A": "b"}))
        server.route("/bad", lambda request: http.Reply("x", headers={"X": "a\r\nb"}))

        @server.route("/echo/*", methods=("POST", "PUT"))
        def echo(request):
            return {"path": request.path, "query": request.query, "body": request.json()}

        server.route("/", lambda request: "<p>hello")
        server.start()
        port, _ = self.nginx(ours=server.port)
        for client, base in (self.client(server.port), ""), (self.client(port), "/ours"):
            self.assertEqual(client.get(base + "/count").json(), {"people": 3})
            self.assertEqual((client.get(base + "/").text, client.get(base + "/bytes").body), ("<p>hello", b"\0\1"))
            self.assertEqual(client.get(base + "/nothing").status, 204)
            self.assertEqual([client.get(base + path).status for path in ("/fails", "/bad", "/no", "/echo/a")], [500, 500, 404, 405])
            reply = client.get(base + "/reply")
            self.assertEqual((reply.status, reply.headers["x-a"], reply.body), (201, "b", b"x"))
            answer = client.post(base + "/echo/a%20b?x=1&y=&x=2", json=[1])
            self.assertEqual(answer.json(), {"path": "/echo/a b", "query": {"x": "2", "y": ""}, "body": [1]})
            self.assertEqual((client.request("HEAD", base + "/count").body, client.put(base + "/echo/x", "2").json()["body"]), (b"", 2))
        kept = self.client(server.port)
        kept.get("/count")
        first = kept._connection
        kept.get("/count")
        self.assertIs(kept._connection, first)

    def raw(self, port, text, close=False):
        with socket.create_connection(("127.0.0.1", port), 5) as sock:
            sock.sendall(text)
            if close:
                sock.shutdown(socket.SHUT_WR)
            got = b""
            while True:
                try:
                    some = sock.recv(65536)
                except ConnectionResetError:
                    some = b""
                if not some:
                    return got
                got += some

    def test_visitors_that_talk_nonsense_get_an_error_and_no_more(self):
        server = self.server()
        server.route("/", lambda request: len(request.body), ("GET", "POST"))
        server.start()
        chance = random.Random(1)
        for text, status in (
            (b"x\r\n\r\n", 400), (b"GET / HTTP/2\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nx\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nA : b\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nA: " + b"x" * 20000 + b"\r\n\r\n", 431), (b"GET /" + b"x" * 20000, 431), (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000, 431),
            (b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 100000, 413), (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400), (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
            (b"GET /?" + b"a=b&" * 200 + b" HTTP/1.1\r\n\r\n", 400),
        ):
            got = self.raw(server.port, text)
            self.assertTrue(got.startswith(b"HTTP/1.1 %d " % status), (text[:40], got[:40]))
        server.route("/json", lambda request: request.json(), ("POST",))
        self.assertEqual(self.client(server.port).post("/json", "{").status, 400)
        for _ in range(50):
            self.raw(server.port, bytes(chance.randrange(256) for _ in range(200)), True)
        self.assertIn(b"100 Continue", self.raw(server.port, b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"))
        self.assertEqual(self.raw(server.port, b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nx", True), b"")
        self.assertEqual(self.client(server.port).post("/", b"x" * 1000000).json(), 1000000)

    def test_visitors_that_are_slow_or_many_leave_room_for_others(self):
        server = self.server(visitors=4)
        server.route("/", lambda request: "x")
        server.start()
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(8)]
        for sock in slow:
            self.addCleanup(sock.close)
        until(lambda: server.refused >= 4)
        self.assertIn(b"503", self.raw(server.port, b""))

        def drip():
            try:
                while True:
                    for sock in slow[:4]:
                        sock.sendall(b"G")
                    time.sleep(0.1)
            except OSError:
                pass

        self.thread(drip)
        until(lambda: b"200 OK" in self.raw(server.port, b"GET / HTTP/1.0\r\n\r\n"))

    def test_a_visitor_that_does_not_read_is_left(self):
        server = self.server(visitors=1)
        server.route("/", lambda request: b"x" * 30000000)
        server.start()
        with socket.create_connection(("127.0.0.1", server.port)) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            time.sleep(0.1)
            until(lambda: server._free.acquire(blocking=False))

    def pictures(self, port, path="/video"):
        """The pictures of a stream, as a browser takes them apart."""
        connection = plain.HTTPConnection("127.0.0.1", port, timeout=5)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        response = connection.getresponse()
        self.assertEqual(response.getheader("Content-Type"), "multipart/x-mixed-replace; boundary=oakc-frame")
        while True:
            self.assertEqual(response.readline(), b"--oakc-frame\r\n")
            self.assertEqual(response.readline(), b"Content-Type: image/jpeg\r\n")
            size = int(response.readline().split(b":")[1])
            self.assertEqual(response.readline(), b"\r\n")
            yield response.read(size)
            self.assertEqual(response.readline(), b"\r\n")

    def test_many_viewers_get_pictures_and_a_slow_one_stops_nobody(self):
        server = self.server()
        video = server.stream("/video")
        server.start()
        port, _ = self.nginx(ours=server.port)
        self.assertEqual(video.push(b"0"), 0)
        slow = socket.create_connection(("127.0.0.1", server.port))
        self.addCleanup(slow.close)
        slow.sendall(b"GET /video HTTP/1.1\r\n\r\n")
        viewers = [self.pictures(server.port) for _ in range(10)] + [self.pictures(port, "/ours/video")]
        self.assertEqual([next(viewer) for viewer in viewers], [b"0"] * 11, "the newest one at once")
        for number in range(1, 30):
            picture = b"%d" % number * 100000
            self.assertGreaterEqual(video.push(picture), 11)
            self.assertEqual({next(viewer) for viewer in viewers}, {picture})
        until(lambda: (video.push(b"x" * 100000), [next(viewer) for viewer in viewers]) and video.dropped == 1)
        self.assertEqual(video.viewers, 11)
        for viewer in viewers:
            viewer.close()
        server.close()
        until(lambda: video.viewers == 0)

    def test_viewers_have_a_limit_and_leave_when_they_go(self):
        server = self.server()
        video = server.stream("/video", viewers=2)
        server.start()
        socks = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2)]
        for sock in socks:
            sock.sendall(b"GET /video HTTP/1.1\r\n\r\n")
        until(lambda: video.viewers == 2)
        head = self.client(server.port).request("HEAD", "/video")
        self.assertIn("multipart", head.headers["content-type"])
        self.assertIn(b"503", self.raw(server.port, b"GET /video HTTP/1.1\r\n\r\n"))
        for sock in socks:
            sock.close()
        until(lambda: video.push(b"x" * 10000) == 0)


if __name__ == "__main__":
    unittest.main()
