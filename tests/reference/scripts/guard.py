"""Says over HTTP how far away things are: `GET /` on PORT answers with JSON.

    {"zones": {"left": {"mm": 2140, "close": false}, …}, "alarm": false, "age_seconds": 0.08}

A zone is `close` from NEAR_MM on and stays so until FAR_MM, so that somebody standing at the line does not make the
alarm flicker. `mm` is null where the camera measured nothing: too near, too far, or nothing to hold on to.
"""
import json
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler

PORT = 8080
ZONES = ("left", "centre", "right")  # the order of roi_config in app.yaml
NEAR_MM = 1500
FAR_MM = 1700
STALE_SECONDS = 2.0  # a guard that sees nothing any more must not say that all is well


class Guard:
    """What is known of the zones. The pipeline's thread writes it, the web server's threads read it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.zones = {name: {"mm": None, "close": False} for name in ZONES}
        self.updated = None

    def update(self, locations):
        with self.lock:
            for name, location in zip(ZONES, locations):
                self.zones[name] = self.judged(self.zones[name], location)
            self.updated = time.monotonic()

    @staticmethod
    def judged(before, location):
        mm = round(location.spatialCoordinates.z)
        if mm <= 0:
            return {"mm": None, "close": before["close"]}  # without a measurement, the state stays as it was
        return {"mm": mm, "close": mm < (FAR_MM if before["close"] else NEAR_MM)}

    def report(self):
        """(HTTP status, JSON). 503 when there is no recent measurement, so that a plain monitor notices."""
        with self.lock:
            age = None if self.updated is None else time.monotonic() - self.updated
            fresh = age is not None and age < STALE_SECONDS
            state = {
                "zones": self.zones,
                "alarm": not fresh or any(zone["close"] for zone in self.zones.values()),
                "age_seconds": None if age is None else round(age, 2),
            }
            return (200 if fresh else 503), json.dumps(state).encode() + b"\n"


guard = Guard()


class Handler(BaseHTTPRequestHandler):
    timeout = 5  # seconds a caller may take over its request

    def do_GET(self):
        status, body = guard.report()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the caller did not wait for the answer

    def log_message(self, *_):
        """Nobody reads a log here."""


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
    measured = node.io["zones"].tryGet()
    if measured is None:
        time.sleep(0.005)
    else:
        guard.update(measured.getSpatialLocations())
