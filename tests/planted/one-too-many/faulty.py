"""Serves frames to two viewers at most; others are turned away. More would take the frames' pool."""
import socketserver
import threading
import time

MOST = 2
viewers = []
newest = b""


class Viewer(socketserver.BaseRequestHandler):
    def handle(self):
        if len(viewers) >= MOST:
            self.request.sendall(b"busy\n")
            return
        self.request.sendall(b"welcome\n")
        viewers.append(self.client_address)
        node.warn(f"{len(viewers)} viewers")
        try:
            while True:
                self.request.sendall(newest + b"\n")
                time.sleep(0.1)
        finally:
            viewers.remove(self.client_address)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Server(("", 5000), Viewer)
threading.Thread(target=server.serve_forever, daemon=True).start()
while True:
    newest = bytes(node.io["frames"].get().getData())
