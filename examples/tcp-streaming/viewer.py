"""Saves the camera's stream on a laptop: `python3 viewer.py CAMERA_IP [FILE]`.

Writes the newest frame to FILE (default frame.jpg; open it with a viewer that reloads) and the frame rate to the
terminal. With FILE ending in .mjpeg it keeps all of them: `ffplay stream.mjpeg`. Reconnects until interrupted.
"""
import os
import socket
import struct
import sys
import time

PORT = 5000
LARGEST_FRAME = 16 << 20  # more than that is not our stream


def exactly(connection, count):
    chunks = []
    while count:
        chunk = connection.recv(min(count, 1 << 16))
        if not chunk:
            raise ConnectionError("the camera closed the stream")
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


def frames(connection):
    while True:
        (size,) = struct.unpack(">I", exactly(connection, 4))
        if size > LARGEST_FRAME:
            raise ConnectionError("this does not look like tcp-streaming")
        yield exactly(connection, size)


def keep(path, jpeg):
    if path.endswith(".mjpeg"):
        with open(path, "ab") as file:
            file.write(jpeg)
        return
    with open(path + ".part", "wb") as file:
        file.write(jpeg)
    os.replace(path + ".part", path)  # a viewer never sees half a frame


def watch(camera, path):
    with socket.create_connection((camera, PORT), timeout=5) as connection:
        since, count = time.monotonic(), 0
        for jpeg in frames(connection):
            keep(path, jpeg)
            count += 1
            passed = time.monotonic() - since
            if passed >= 1:
                print(f"\r{count / passed:5.1f} frames/s, {len(jpeg) / 1024:6.1f} KiB each", end="", flush=True)
                since, count = time.monotonic(), 0


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit((__doc__ or "").partition("\n")[0])
    while True:
        try:
            watch(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else "frame.jpg")
        except OSError as error:
            print(f"\n{error}; trying again")
            time.sleep(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
