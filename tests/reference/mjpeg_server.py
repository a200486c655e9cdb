"""A web server on the camera, in the standard library alone: `/` a page, `/stream` live MJPEG, `/snapshot.jpg` one frame, `/status` JSON.

The main thread takes frames from the pipeline, one thread a viewer hands them out. The newest frame is all that
is kept: a slow viewer skips frames, and memory stays at one frame however many watch.
"""
import json
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler

PORT = 8080
MAX_STREAMS = 4  # each takes a thread and the bandwidth of the whole stream
IDLE_SECONDS = 10  # a viewer that takes or sends nothing for so long is gone
PAGE = b"<!doctype html><title>camera</title><body style='margin:0'><img src=/stream style='width:100%'>"


class Newest:
    """The newest frame, and a way to wait for the one after."""

    def __init__(self):
        self.changed = threading.Condition()
        self.jpeg, self.number = b"", 0

    def put(self, jpeg):
        with self.changed:
            self.jpeg, self.number = jpeg, self.number + 1
            self.changed.notify_all()

    def after(self, number, timeout):
        """(number, jpeg) of a frame newer than `number`; the jpeg is empty if none came in time."""
        with self.changed:
            fresh = self.changed.wait_for(lambda: self.number > number, timeout)
            return self.number, self.jpeg if fresh else b""


newest = Newest()
streams = threading.Semaphore(MAX_STREAMS)
started = time.monotonic()


class Handler(BaseHTTPRequestHandler):
    timeout = IDLE_SECONDS

    def do_GET(self):
        routes = {"/": self.page, "/stream": self.stream, "/snapshot.jpg": self.snapshot, "/status": self.status}
        try:
            routes.get(self.path.split("?")[0], self.nothing)()
        except OSError:
            pass  # the viewer went away, as viewers do

    def log_message(self, *_):
        """Nobody reads a log here."""

    def page(self):
        self.reply(200, "text/html", PAGE)

    def snapshot(self):
        # Newer than what there was when the request came: never a picture of the past.
        _, jpeg = newest.after(newest.number, timeout=3)
        if jpeg:
            self.reply(200, "image/jpeg", jpeg)
        else:
            self.reply(503, "text/plain", b"no frame for 3 seconds\n")

    def status(self):
        state = {"frames": newest.number, "seconds": round(time.monotonic() - started, 1)}
        self.reply(200, "application/json", json.dumps(state).encode())

    def nothing(self):
        self.reply(404, "text/plain", b"/ /stream /snapshot.jpg /status\n")

    def stream(self):
        if not streams.acquire(blocking=False):
            self.reply(503, "text/plain", b"too many viewers\n")
            return
        try:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            number = 0
            while True:
                number, jpeg = newest.after(number, timeout=IDLE_SECONDS)
                if not jpeg:
                    return  # the pipeline stopped: an ended stream says so better than a frozen one
                head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
                self.wfile.write(head + jpeg + b"\r\n")
        finally:
            streams.release()

    def reply(self, code, kind, body):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingTCPServer):
    """Not http.server's own: that one looks up its host name when it starts, and a camera has no DNS."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A broken connection is none of the camera's business."""


def serve():
    while True:
        try:
            with Server(("", PORT), Handler) as server:
                server.serve_forever()
        except OSError as error:
            node.warn(f"web server: {error}; again in a second")
            time.sleep(1)


threading.Thread(target=serve, daemon=True).start()
while True:
    # tryGet and not get: whether a waiting get lets the other threads run is nowhere promised.
    frame = node.io["frames"].tryGet()
    if frame is None:
        time.sleep(0.005)
    else:
        newest.put(bytes(frame.getData()))
