import socket
import struct

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    features = node.io["features"].get().trackedFeatures
    data = b"".join(struct.pack("<Iff", f.id, f.position.x, f.position.y) for f in features)
    udp.sendto(data[:1400], ("192.168.1.20", 4003))
