"""Records sessions of the real library's client with `oakc emulate`, event by event.

In:    the binary, a folder to write to, in a network namespace of its own (see bootloader_client.py).
Out:   NAME.events for each session in SESSIONS. A line is an event: `>` from the host or `<` from the camera, the header
       and the payload in hexadecimal, in the order in which a tap between the two saw them.
Never: packages of real size. The one that is flashed has a table and 20 bytes.

    unshare -rn python record_sessions.py --oakc ../../target/debug/oakc --into ../recordings
"""

import argparse
import contextlib
import multiprocessing
import pathlib
import select
import socket
import struct
import tempfile
import threading
import types

import depthai as dai

from bootloader_client import APPLICATION, Camera, Memory, memory, raise_loopback, refusal

CAMERA, TAP = "127.0.0.1", "127.0.0.2"
TCP_PORT, UDP_PORT = 11490, 11491
HEADER, WRITE_REQUEST = 84, 0


class Tap(multiprocessing.Process):
    """A camera at another address that forwards everything and records what passes on TCP.

    A process, because the library holds Python's lock while it connects.
    """

    def __init__(self, file):
        super().__init__(daemon=True)
        self.file, self.events, self.stopping = file, [], multiprocessing.Event()
        self.listener = socket.create_server((TAP, TCP_PORT))
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind((TAP, UDP_PORT))

    def run(self):
        while not self.stopping.is_set():
            ready, _, _ = select.select([self.listener, self.datagrams], [], [], 0.1)
            if self.datagrams in ready:
                self.answer(*self.datagrams.recvfrom(64))
            if self.listener in ready:
                threading.Thread(target=self.connection, args=[self.listener.accept()[0]], daemon=True).start()
        self.file.write_text("".join(line + "\n" for line in self.events), encoding="ascii")

    def stop(self):
        self.stopping.set()
        self.join()
        self.listener.close()
        self.datagrams.close()

    def answer(self, request, host):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as camera:
            camera.settimeout(1)
            camera.sendto(request, (CAMERA, UDP_PORT))
            reply = bytearray(camera.recv(64))
        # Another name, so that the library does not connect to the camera directly.
        reply[4] = ord("F")
        self.datagrams.sendto(reply, host)

    def connection(self, host):
        self.forward(host, socket.create_connection((CAMERA, TCP_PORT)))

    def forward(self, host, camera):
        ends = {host: (">", camera, bytearray()), camera: ("<", host, bytearray())}
        with host, camera:
            # The camera ends the connection; if the host leaves first, its last answer is still recorded.
            while camera in ends:
                for end in select.select(list(ends), [], [])[0]:
                    direction, other, pending = ends[end]
                    data = end.recv(1 << 16)
                    pending += data
                    self.take_events(direction, pending)
                    with contextlib.suppress(OSError):
                        other.sendall(data)
                    if not data:
                        del ends[end]

    def take_events(self, direction, pending):
        while len(pending) >= HEADER:
            kind, size = struct.unpack_from("<4xI68xI", pending)
            end = HEADER + (size if kind == WRITE_REQUEST else 0)
            if len(pending) < end:
                return
            header, payload = pending[:HEADER].hex(), pending[HEADER:end].hex()
            self.events.append(f"{direction} {header} {payload}".rstrip())
            del pending[:end]


def tiny_package():
    """A section table with two sections, and their content."""
    sections = [(b"__firmware", b"MA2x and no code", 1), (b"app_name", b"tiny", 0)]
    table, body = b"BR", b""
    for name, content, flags in sections:
        checksum = 5381
        for byte in content:
            checksum = (checksum * 33 + byte) & 0xFFFFFFFF
        table += struct.pack("<16sIIIBB", name, len(content), 512 + len(body), checksum, 0, flags)
        body += content
    return list(table.ljust(512, b"\0") + body)


def questions(bootloader, _folder):
    memory(bootloader, Memory.FLASH)
    memory(bootloader, Memory.EMMC)
    bootloader.readApplicationInfo(Memory.FLASH)
    bootloader.isUserBootloader()
    refusal(bootloader.readConfig)


def flash(bootloader, _folder):
    package = tiny_package()
    assert bootloader.flashDepthaiApplicationPackage(package) == (True, "")
    assert list(bootloader.readCustom(Memory.FLASH, APPLICATION, len(package))[2]) == package
    assert bootloader.readApplicationInfo(Memory.FLASH).applicationName == "tiny"


def configuration(bootloader, _folder):
    config = dai.DeviceBootloader.Config()
    config.setStaticIPv4("192.168.1.50", "255.255.255.0", "192.168.1.200")
    assert bootloader.flashConfig(config)[0]
    assert bootloader.readConfig().getIPv4() == "192.168.1.50"
    assert bootloader.flashConfigClear()[0]


def user_bootloader(bootloader, folder):
    image = folder / "user.cmd"
    image.write_bytes(b"MA2x depthai-bootloader-eth.elf\x000.0.27\x00")
    assert bootloader.flashUserBootloader(print, image)[0]
    assert bootloader.flashClear()[0]


SESSIONS = [questions, flash, configuration, user_bootloader]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oakc", required=True, help="the binary")
    parser.add_argument("--into", required=True, type=pathlib.Path, help="the folder for the recordings")
    options = parser.parse_args()
    raise_loopback()
    for session in SESSIONS:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            with Camera(types.SimpleNamespace(oakc=options.oakc, folder=folder)):
                tap = Tap(options.into / f"{session.__name__.replace('_', '-')}.events")
                tap.start()
                with dai.DeviceBootloader(dai.DeviceInfo(TAP)) as bootloader:
                    session(bootloader, folder)
                tap.stop()


if __name__ == "__main__":
    main()
