import time
import socket
frame = node.io["in"].get()
socket.socket().sendto(b"x", ("10.0.0.1", 1))
