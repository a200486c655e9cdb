import http.client
import socket

HOST = "192.168.1.20"
server = socket.socket()
server.bind(("", 8080))
web = http.client.HTTPConnection(HOST + ":8000", timeout=10)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.sendto(b"hello", ("<broadcast>", 5000))
udp.sendto(node.io["in"].get().getData(), (server.accept()[1][0], 5000))
name = "not a host: api.example.com"
