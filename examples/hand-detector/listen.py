"""Prints the hands a camera sees: `python3 listen.py CAMERA_IP`."""
import socket
import sys
import time

PORT = 5005
ASK_EVERY = 10.0  # seconds; the camera forgets a listener after 30


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.settimeout(1)
    asked = -ASK_EVERY
    while True:
        if time.monotonic() - asked > ASK_EVERY:
            listener.sendto(b"hands", (sys.argv[1], PORT))
            asked = time.monotonic()
        try:
            print(listener.recv(4096).decode())
        except socket.timeout:
            pass


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
