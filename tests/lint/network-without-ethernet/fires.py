import time
# error[network-without-ethernet] 8-14: `socket` needs a network, but an OAK-D-LITE has none use a PoE camera, or send
import socket
frame = node.io["in"].get()
socket.socket().sendto(b"x", ("10.0.0.1", 1))
