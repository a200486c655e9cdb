"""A broker for trying it out without one: `python3 watch.py` accepts a publisher and prints what it publishes.

It knows exactly the packets that this example sends. For real use take a real broker.
"""
import socketserver

PORT = 1883
CONNECT, PUBLISH, PINGREQ = 1, 3, 12


class Publisher(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            head = self.rfile.read(1)
            if not head:
                return
            body = self.rfile.read(self.length())
            kind = head[0] >> 4
            if kind == CONNECT:
                self.wfile.write(b"\x20\x02\x00\x00")
            elif kind == PINGREQ:
                self.wfile.write(b"\xd0\x00")
            elif kind == PUBLISH:
                end = 2 + int.from_bytes(body[:2], "big")
                print(self.client_address[0], body[2:end].decode(), body[end:].decode(), flush=True)

    def length(self):
        """Seven bits a byte, the lowest first, at most four bytes."""
        total = 0
        for shift in range(0, 28, 7):
            byte = self.rfile.read(1)[0]
            total |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        return total


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    try:
        Server(("", PORT), Publisher).serve_forever()
    except KeyboardInterrupt:
        pass
