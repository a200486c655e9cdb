"""Gets the time from a server, and puts out a lamp 5 seconds after it was lit."""
import socket
import struct
import threading
import time

offset = 0.0


def keep_time():
    global offset
    ask = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ask.settimeout(2)
    while True:
        try:
            ask.sendto(b"\x1b" + bytes(47), ("10.77.0.2", 123))
            seconds, fraction = struct.unpack(">II", ask.recv(48)[40:48])
            offset = seconds + fraction / 2**32 - 2208988800 - time.time()
        except socket.timeout:
            pass
        time.sleep(10)


def now():
    return time.time() + offset


threading.Thread(target=keep_time, daemon=True).start()
lit = now()
node.warn("the lamp is lit")
while now() - lit < 5:
    time.sleep(0.1)
node.warn("the lamp is out")
