"""The other end, for a laptop: `python3 receive.py` takes the camera's posts and keeps the newest as frame.jpg."""
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT = 8000
LARGEST_FRAME = 16 << 20


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        if not 0 < size <= LARGEST_FRAME:
            self.send_error(413)
            return
        jpeg = self.rfile.read(size)
        with open("frame.jpg.part", "wb") as file:
            file.write(jpeg)
        os.replace("frame.jpg.part", "frame.jpg")
        self.send_response(204)
        self.end_headers()
        report = {name: self.headers[name] for name in ("X-Frame", "X-Posted", "X-Failed", "X-Last-Error")}
        print(f"{self.client_address[0]}: {size} bytes, {report}")

    def log_message(self, format, *args):
        """The line above says more."""


if __name__ == "__main__":
    try:
        HTTPServer(("", PORT), Handler).serve_forever()
    except KeyboardInterrupt:
        pass
