import socket

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    system = node.io["system"].get()
    line = f"{system.chipTemperature.average} {system.leonCssCpuUsage.average}"
    udp.sendto(line.encode(), ("192.168.1.20", 4005))
