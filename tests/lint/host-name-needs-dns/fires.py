import http.client
import socket
from urllib.parse import urlparse

# warning[host-name-needs-dns] 11-25: `broker.local` is a name, and a standalone camera cannot look up names write the address; if it differs from site to site, move the program into `code`, where `${server}` stands for `server` of `[params]`
BROKER = ("broker.local", 1883)
URL = "http://api.example.com/frames"


class Sender:
    # warning[host-name-needs-dns] 29-40: `collector` is a name, and a standalone camera cannot look up names
    def __init__(self, host="collector"):
        self.host = host

    def send(self, data):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(data, (self.host, 5000))


# warning[unguarded-connect] 10-42: `create_connection` is not inside a `try`
broker = socket.create_connection(BROKER)
# warning[host-name-needs-dns] 34-47: `api.example.com` is a name, and a standalone camera cannot look up names
web = http.client.HTTPConnection(urlparse(URL).netloc)
# error[host-name-needs-dns] 36-64: `http://192.168.1.20/frames` is a URL instead of a host write only the address;
other = http.client.HTTPConnection("http://192.168.1.20/frames")
# warning[host-name-needs-dns] 33-44: `localhost` may not be known on the camera
# warning[unguarded-connect] 7-50: `create_connection` is not inside a `try`
own = socket.create_connection(("localhost", 80))
fallback = "10.0.0.1"
if web is None:
    # warning[host-name-needs-dns] 16-32: `fallback.local` is a name, and a standalone camera cannot look up names
    fallback = "fallback.local"
# warning[unguarded-connect] 1-41: `create_connection` is not inside a `try`
socket.create_connection((fallback, 80))
Sender().send(node.io["in"].get().getData())
