"""Publishes a sign of life over MQTT every 20 seconds."""
import socket
import struct
import time


def text(string):
    return struct.pack(">H", len(string)) + string.encode()


def packet(kind, body):
    return bytes([kind, len(body)]) + body


link = socket.create_connection(("10.77.0.2", 1883), timeout=5)
link.sendall(packet(0x10, text("MQTT") + struct.pack(">BBH", 4, 2, 10) + text("camera")))
link.recv(4)
while True:
    link.sendall(packet(0x30, text("camera/alive") + b"1"))
    time.sleep(20)
