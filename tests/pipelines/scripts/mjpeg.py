"""Pictures over HTTP."""
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        while True:
            jpeg = node.io["jpeg"].get()
            self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n")
            self.wfile.write(bytes(jpeg.getData()))
            self.wfile.write(b"\r\n")


HTTPServer(("", 8080), Handler).serve_forever()
