"""Shows the newest frame to a browser."""
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

newest = b""


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(newest)))
        self.end_headers()
        self.wfile.write(newest)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("", 8080), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
while True:
    newest = bytes(node.io["frames"].get().getData())
