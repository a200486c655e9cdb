"""Tells the date by a time server: the camera has no clock of its own."""
import socket
import struct
import time

ask = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ask.settimeout(2)
ask.sendto(b"\x1b" + bytes(47), ("10.77.0.2", 123))
# It begins again in 2036; nobody asks before 1970.
seconds = (struct.unpack(">I", ask.recv(48)[40:44])[0] - 2208988800) % 2**32
node.warn(time.strftime("today is in %Y", time.gmtime(seconds)))
