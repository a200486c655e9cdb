"""A web server with the newest message: `/` a page, `/stream` one after the other forever, `/latest` one.

A JPEG from an encoder is shown by browsers; detections and tracklets are JSON; of anything else its bytes are sent as
they are. The newest message is all that is kept: a slow client skips some, and memory stays at one message.
"""
import json
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler

PORT = 8080
MAX_STREAMS = 4  # each takes a thread and the bandwidth of the whole stream
IDLE_SECONDS = 10  # a client that takes or sends nothing for so long is gone
PAGE = b"<!doctype html><title>camera</title><body style='margin:0'><img src=/stream style='width:100%'>"


def box(found):
    place = {"label": found.label, "confidence": found.confidence}
    place.update(xmin=found.xmin, ymin=found.ymin, xmax=found.xmax, ymax=found.ymax)
    if hasattr(found, "spatialCoordinates"):
        at = found.spatialCoordinates
        place.update(x=at.x, y=at.y, z=at.z)
    return place


def track(found):
    roi = found.roi
    return {"id": found.id, "label": found.label, "x": roi.x, "y": roi.y, "width": roi.width, "height": roi.height}


def payload(message):
    """Content type and bytes."""
    if hasattr(message, "detections"):
        return "application/json", json.dumps([box(found) for found in message.detections]).encode()
    if hasattr(message, "tracklets"):
        return "application/json", json.dumps([track(found) for found in message.tracklets]).encode()
    data = bytes(message.getData())
    return "image/jpeg" if data[:2] == b"\xff\xd8" else "application/octet-stream", data


class Newest:
    """The newest message, and a way to wait for the one after."""

    def __init__(self):
        self.changed = threading.Condition()
        self.content, self.number = ("text/plain", b""), 0

    def put(self, content):
        with self.changed:
            self.content, self.number = content, self.number + 1
            self.changed.notify_all()

    def after(self, number, timeout):
        """Number, type and bytes of a message newer than `number`; no type if none came in time."""
        with self.changed:
            fresh = self.changed.wait_for(lambda: self.number > number, timeout)
            return (self.number, *self.content) if fresh else (self.number, None, b"")


newest = Newest()
streams = threading.Semaphore(MAX_STREAMS)


class Handler(BaseHTTPRequestHandler):
    timeout = IDLE_SECONDS

    def do_GET(self):
        routes = {"/": self.page, "/stream": self.stream, "/latest": self.latest}
        try:
            routes.get(self.path.split("?")[0], self.nothing)()
        except OSError:
            pass  # the client went away, as clients do

    def log_message(self, *_):
        """Nobody reads a log here."""

    def page(self):
        self.reply(200, "text/html", PAGE)

    def latest(self):
        # Newer than what there was when the request came: never a picture of the past.
        _, kind, data = newest.after(newest.number, timeout=3)
        if kind:
            self.reply(200, kind, data)
        else:
            self.reply(503, "text/plain", b"no message for 3 seconds\n")

    def nothing(self):
        self.reply(404, "text/plain", b"/ /stream /latest\n")

    def stream(self):
        if not streams.acquire(blocking=False):
            self.reply(503, "text/plain", b"too many clients\n")
            return
        try:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=part")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            number = 0
            while True:
                number, kind, data = newest.after(number, timeout=IDLE_SECONDS)
                if not kind:
                    return  # the pipeline stopped: an ended stream says so better than a frozen one
                head = "--part\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(data))
                self.wfile.write(head.encode() + data + b"\r\n")
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
    message = node.io["stream"].tryGet()
    if message is None:
        time.sleep(0.005)
    else:
        newest.put(payload(message))
