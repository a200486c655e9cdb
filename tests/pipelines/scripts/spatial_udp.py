import json
import socket

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    places = []
    for d in node.io["detections"].get().detections:
        places.append({"label": d.label, "x": d.spatialCoordinates.x, "z": d.spatialCoordinates.z})
    udp.sendto(json.dumps(places).encode(), ("10.0.0.5", 4000))
