"""Opens the gate for a tag if the server says so. The server takes 50 ms, which is little."""
import socket

ask = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ask.settimeout(1)
while True:
    for tag in node.io["tags"].get().aprilTags:
        try:
            ask.sendto(b"may %d?" % tag.id, ("10.77.0.2", 9000))
            if ask.recv(100) == b"yes":
                node.warn(f"gate open for {tag.id}")
        except socket.timeout:
            node.warn(f"no answer for {tag.id}")
