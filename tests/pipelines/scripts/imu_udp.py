import socket

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for packet in node.io["imu"].get().packets:
        g = packet.gyroscope
        udp.sendto(f"{g.x} {g.y} {g.z}".encode(), ("192.168.1.20", 4002))
