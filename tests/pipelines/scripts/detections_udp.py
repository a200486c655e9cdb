"""Says over UDP what is seen."""
import json
import socket

SERVER = ("192.168.1.20", 4000)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

while True:
    detections = node.io["detections"].get().detections
    boxes = [[d.label, d.confidence, d.xmin, d.ymin, d.xmax, d.ymax] for d in detections]
    udp.sendto(json.dumps(boxes).encode(), SERVER)
