import http.client
import socket

from oakc import dns

dns.install()
web = http.client.HTTPConnection("api.example.com", timeout=10)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.sendto(node.io["in"].get().getData()[:1000], ("localhost", 5000))
print(dns.resolve("broker"), dns.TRY)
