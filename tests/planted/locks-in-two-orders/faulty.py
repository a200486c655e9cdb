"""Watches the temperature, and lets a browser read it and the limit."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

readings = {"highest": 0.0, "count": 0}
readings_lock = threading.Lock()
settings = {"limit": 80.0}
settings_lock = threading.Lock()


class Status(BaseHTTPRequestHandler):
    def do_GET(self):
        with settings_lock:
            answer = dict(settings)
            with readings_lock:
                answer.update(readings)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("", 8080), Status)
threading.Thread(target=server.serve_forever, daemon=True).start()
while True:
    now = node.io["system"].get().chipTemperature.average
    with readings_lock:
        readings["count"] += 1
        readings["highest"] = max(readings["highest"], now)
        with settings_lock:
            is_hot = now > settings["limit"]
    if is_hot:
        node.warn(f"too hot: {now}")
