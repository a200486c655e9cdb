"""The latest count for whoever asks."""
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

latest = {"count": 0}


def follow():
    while True:
        latest["count"] = len(node.io["detections"].get().detections)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(latest).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)


threading.Thread(target=follow, daemon=True).start()
HTTPServer(("", 8080), Handler).serve_forever()
