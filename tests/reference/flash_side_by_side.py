"""Times `oakc flash` beside the depthai library and beside plain TCP copies; docs/performance.md has the results.

    cargo build --release -p oakc
    unshare -rn PYTHON tests/reference/flash_side_by_side.py [--oakc PATH] [--runs 5] PACKAGE.dap

PYTHON is one that has the library (requirements.txt). Both flash the same package onto the same virtual camera, in
turn; medians count. Prints a table and fails when a promise is not kept. Never: another camera, see bootloader_client.py.
"""

import argparse
import json
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import depthai as dai
from bootloader_client import raise_loopback

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAMERAS = 64
PIECE = 1 << 20


class Cameras:
    """Virtual cameras on 127.0.0.1 and the addresses after it, with their memories in RAM."""

    def __init__(self, oakc, count):
        command = [oakc, "emulate", "--fleet", str(count), "--state", "bootloader"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def flash_with_library(package):
    """Seconds of the library's call, without connecting and disconnecting."""
    while True:
        found, info = dai.DeviceBootloader.getFirstAvailableDevice()
        if found:
            break
    with dai.DeviceBootloader(info) as bootloader:
        begun = time.monotonic()
        done, why = bootloader.flashDepthaiApplicationPackage(package)
        took = time.monotonic() - begun
        assert done, why
    return took


def flash(oakc, package, *arguments):
    """What oakc says about the first camera, and seconds of the whole process."""
    command = [oakc, "flash", package, "--format", "json", "--quiet", "--yes", "--no-boot", *arguments]
    begun = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    took = time.monotonic() - begun
    cameras = json.loads(done.stdout)["cameras"]
    assert all(camera["result"] == "flashed" for camera in cameras)
    return cameras[0], took


def write_fleet(folder):
    """A fleet file with all cameras by address."""
    addresses = (f"127.0.0.{number}" for number in range(1, CAMERAS + 1))
    cameras = (f'[[cameras]]\nname = "{address}"\naddress = "{address}"\n' for address in addresses)
    path = pathlib.Path(folder) / "fleet.toml"
    path.write_text(f"concurrency = {CAMERAS}\n" + "".join(cameras))
    return str(path)


def copy(bytes_, count):
    """Seconds for `count` plain TCP copies at once through the loopback, each kept in memory as a camera would."""

    def receive(listener):
        connection, _ = listener.accept()
        kept = memoryview(bytearray(len(bytes_)))
        while len(kept) > 0:
            kept = kept[connection.recv_into(kept, min(len(kept), PIECE)) :]

    def send(address):
        with socket.create_connection(address) as connection:
            connection.sendall(bytes_)

    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    threads = [threading.Thread(target=receive, args=[listener]) for listener in listeners]
    threads += [threading.Thread(target=send, args=[listener.getsockname()]) for listener in listeners]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package")
    parser.add_argument("--oakc", default=str(ROOT / "target" / "release" / "oakc"))
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    raise_loopback()
    package = pathlib.Path(options.package).read_bytes()
    # The library's binding takes a list, which is prepared here so that it is not timed.
    as_list = list(package)
    ours, theirs, read = [], [], []
    with Cameras(options.oakc, 1):
        for _ in range(options.runs):
            theirs.append(flash_with_library(as_list))
            camera, _ = flash(options.oakc, options.package, "--device", "127.0.0.1")
            ours.append(camera["write_seconds"])
            read.append(camera["verify_seconds"])
        delta, _ = flash(options.oakc, options.package, "--device", "127.0.0.1", "--delta")
    fleet, plain = [], []
    with tempfile.TemporaryDirectory() as folder:
        many = ["--fleet", write_fleet(folder), "--no-verify"]
        for _ in range(options.runs):
            with Cameras(options.oakc, CAMERAS):
                fleet.append(flash(options.oakc, options.package, *many)[1])
            plain.append(copy(package, CAMERAS))
    ours, theirs, read, fleet, plain = map(statistics.median, (ours, theirs, read, fleet, plain))
    print(f"written: oakc {ours:.2f} s, library {theirs:.2f} s; read back in {read:.2f} s")
    print(f"delta: {delta['written']} bytes written")
    print(f"{CAMERAS} cameras: {fleet:.2f} s, plain copies {plain:.2f} s: {fleet / plain:.2f} times")
    kept = ours <= theirs and delta["written"] < 1 << 20 and fleet <= 1.5 * plain
    sys.exit(0 if kept else "a promise is not kept")


if __name__ == "__main__":
    main()
