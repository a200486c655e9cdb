import socket
import struct

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    result = node.io["nn"].get()
    values = result.getFirstLayerFp16()
    udp.sendto(struct.pack(f"<{len(values)}f", *values), ("192.168.0.9", 4001))
