"""What the real library's `DeviceBootloader` sends to a camera, and what oakc sends for the same purpose.

In:    a scenario's name, the binary, a folder to work in, in a network namespace of its own (see bootloader_client.py).
Out:   one line of JSON: for `library` and `oakc`, the sessions with the camera (each a list of what the host sent, in
       order), what was taken out of the streams, and which datagrams went to the camera. The expectations are in
       tests/tests/library/wire.rs.
Never: what cannot be equal: numbers of events and streams, times, the order in which the streams are opened, signs of life
       (only that they are such), and the bytes of requests that the library leaves uninitialised.

    unshare -rn python wire_comparison.py flash --oakc ../../target/debug/oakc --folder /tmp/empty
"""

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import types

import depthai as dai

from bootloader_client import APPLICATION, Camera, Memory, memory, raise_loopback, refusal
from record_sessions import CAMERA, HEADER, TAP, TCP_PORT, UDP_PORT, WRITE_REQUEST, Tap

MEBIBYTE = 1 << 20
# Packets of 5 MiB, so that there are three.
FIRMWARE = b"MA2x" + bytes(range(251)) * (11 * MEBIBYTE // 251)
KINDS = {3: "OPEN", 4: "CLOSE", 5: "PING", 6: "RESET"}
READ_RELEASE_REQUEST = 2
REQUESTS = [
    "USB_ROM_BOOT", "BOOT_APPLICATION", "UPDATE_FLASH", "GET_BOOTLOADER_VERSION", "BOOT_MEMORY", "UPDATE_FLASH_EX",
    "UPDATE_FLASH_EX_2", "NO_OP", "GET_BOOTLOADER_TYPE", "SET_BOOTLOADER_CONFIG", "GET_BOOTLOADER_CONFIG",
    "BOOTLOADER_MEMORY", "GET_BOOTLOADER_COMMIT", "UPDATE_FLASH_BOOT_HEADER", "READ_FLASH", "GET_APPLICATION_DETAILS",
    "GET_MEMORY_DETAILS", "IS_USER_BOOTLOADER",
]  # fmt: skip
# Where a request says how many packets of data follow it.
PACKETS = {"UPDATE_FLASH": 12, "BOOT_MEMORY": 8, "UPDATE_FLASH_EX": 16, "UPDATE_FLASH_EX_2": 16, "SET_BOOTLOADER_CONFIG": 24}
# Where the fields of a request end, and the library sends whatever is in its memory.
PADDED_FROM = {"SET_BOOTLOADER_CONFIG": 28, "GET_BOOTLOADER_CONFIG": 20, "UPDATE_FLASH_BOOT_HEADER": 36}


class Relay(Tap):
    """A tap that marks where connections begin, and bears a camera that restarts."""

    def answer(self, request, host):
        (command,) = struct.unpack_from("<I", request.ljust(4, b"\0"))
        self.events.append(f"? {command}")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as camera:
            camera.settimeout(0.2)
            camera.sendto(request, (CAMERA, UDP_PORT))
            with contextlib.suppress(OSError):
                reply = bytearray(camera.recv(64))
                # Another name, so that the library does not connect to the camera directly.
                reply[4] = ord("F")
                self.datagrams.sendto(reply, host)

    def connection(self, host):
        try:
            camera = socket.create_connection((CAMERA, TCP_PORT))
        except OSError:
            host.close()
            return
        self.events.append("=")
        with contextlib.suppress(OSError):
            self.forward(host, camera)


class Session:
    """What a host sent in one connection."""

    def __init__(self):
        self.sent, self.released, self.streams, self.data = [], [], {}, 0

    def take(self, header, payload):
        _, kind = struct.unpack_from("<iI", header)
        name = header[8:60].split(b"\0")[0].decode()
        stream, size, flags = struct.unpack_from("<3I", header, 72)
        if kind >= 8:
            return
        if kind == WRITE_REQUEST:
            self.packet(self.streams[stream], payload)
        elif kind == READ_RELEASE_REQUEST:
            self.released.append(f"{self.streams[stream]} {size}")
        else:
            if KINDS[kind] == "OPEN":
                self.streams[stream] = name
            shown = {"OPEN": f" {name} {size}", "CLOSE": f" {self.streams.get(stream)}"}.get(KINDS[kind], "")
            self.sent.append(f"{KINDS[kind]}{shown} flags {flags}")

    def packet(self, stream, payload):
        if stream == "__watchdog":
            if payload != bytes(4):
                self.sent.append(f"watchdog {payload.hex()}")
        elif self.data:
            self.data -= 1
            self.sent.append(f"data {len(payload)} {hashlib.sha256(payload).hexdigest()}")
        else:
            request = REQUESTS[struct.unpack_from("<I", payload)[0]]
            fields = payload[: PADDED_FROM.get(request)]
            if request in PACKETS:
                (self.data,) = struct.unpack_from("<I", payload, PACKETS[request])
            self.sent.append(f"{request} {len(payload)} {fields.hex()}")

    def seen(self):
        opened = sorted(event for event in self.sent if event.startswith("OPEN"))
        others = [event for event in self.sent if not event.startswith("OPEN")]
        return {"sent": others[:1] + opened + others[1:], "released": sorted(self.released)}


def sessions(recording):
    """What is in a recording; connections on which nothing was said are left out."""
    found, datagrams = [], set()
    for line in recording.read_text(encoding="ascii").splitlines():
        direction, *bytes_ = line.split(" ")
        if direction == "?":
            datagrams.add(int(bytes_[0]))
        elif direction == "=":
            found.append(Session())
        elif direction == ">":
            found[-1].take(*(bytes.fromhex(part) for part in [*bytes_, ""][:2]))
    return {"sessions": [session.seen() for session in found if session.sent], "datagrams": sorted(datagrams)}


def script():
    """A pipeline."""
    pipeline = dai.Pipeline()
    pipeline.create(dai.node.Script).setScript("import time")
    return pipeline


def package(folder, compress=False, name="demo"):
    firmware = folder / "fake.cmd"
    firmware.write_bytes(FIRMWARE)
    made = dai.DeviceBootloader.createDepthaiApplicationPackage(script(), firmware, compress, name, True)
    (folder / "made.dap").write_bytes(bytes(made))
    return list(made)


def describe(bootloader):
    memory(bootloader, Memory.FLASH)
    memory(bootloader, Memory.EMMC)


def read_back(bootloader, made, which=Memory.FLASH):
    assert list(bootloader.readCustom(which, APPLICATION, len(made))[2]) == made


# A scenario: arguments of the camera, what the library does in each connection, and the command of oakc.


def flash(folder):
    made = package(folder)

    def library(bootloader):
        describe(bootloader)
        assert bootloader.flashDepthaiApplicationPackage(made) == (True, "")
        read_back(bootloader, made)

    return [], [library], ["flash", "made.dap"]


def flash_compressed(folder):
    made = package(folder, compress=True, name="a longer name")

    def library(bootloader):
        describe(bootloader)
        assert bootloader.flashDepthaiApplicationPackage(made) == (True, "")

    return [], [library], ["flash", "made.dap", "--no-verify"]


def flash_running(folder):
    made = package(folder, compress=True)

    def library(bootloader):
        describe(bootloader)
        assert bootloader.flashDepthaiApplicationPackage(made) == (True, "")
        read_back(bootloader, made)

    return ["--state", "flash_booted"], [library], ["flash", "made.dap"]


def flash_emmc(folder):
    made = package(folder, compress=True)

    def library(bootloader):
        describe(bootloader)
        assert bootloader.flashDepthaiApplicationPackage(made) == (True, "")
        read_back(bootloader, made, Memory.EMMC)

    return ["--emmc", str(folder / "emmc.img")], [library], ["flash", "made.dap"]


def flash_chosen(folder):
    """By `flash`: what the Python names `flashDepthaiApplicationPackage` drops the memory, and lets the camera choose."""
    pipeline = script()
    made = list(dai.DeviceBootloader.createDepthaiApplicationPackage(pipeline, True, "demo", True))
    (folder / "made.dap").write_bytes(bytes(made))

    def library(bootloader):
        describe(bootloader)
        assert bootloader.flash(lambda _: None, pipeline, True, "demo", Memory.FLASH, True) == (True, "")
        read_back(bootloader, made)

    return ["--emmc", str(folder / "emmc.img")], [library], ["flash", "made.dap", "--memory", "flash"]


def config(_folder):
    network = {"ipv4": 0x3201A8C0, "ipv4Gateway": 0x0101A8C0, "ipv4Mask": 0x00FFFFFF, "staticIpv4": True}

    def look(bootloader):
        refusal(bootloader.readConfigData)

    def store(bootloader):
        refusal(bootloader.readConfigData)
        assert bootloader.flashConfigData({"network": network})[0]
        assert bootloader.readConfigData()["network"] == network

    command = ["device", "config", "set", "--ip", "192.168.1.50/24", "--gateway", "192.168.1.1", "--yes"]
    return [], [look, store], command


def config_clear(_folder):
    def library(bootloader):
        assert bootloader.flashConfigClear()[0]

    return [], [library], ["device", "config", "clear", "--yes"]


def config_get(_folder):
    return [], [lambda bootloader: refusal(bootloader.readConfigData)], ["device", "config", "get"]


def read(_folder):
    size = 6 * MEBIBYTE

    def library(bootloader):
        assert bootloader.readCustom(Memory.FLASH, APPLICATION, size)[0]

    where = ["--memory", "flash", "--offset", str(APPLICATION), "--size", str(size)]
    return [], [library], ["device", "read", "-o", "read.bin", *where]


def clear(_folder):
    def library(bootloader):
        assert bootloader.flashClear(Memory.FLASH)[0]

    return [], [library], ["device", "clear", "--memory", "flash", "--yes"]


def bootloader(folder):
    image = folder / "bootloader.cmd"
    image.write_bytes(bytes(dai.DeviceBootloader.getEmbeddedBootloaderBinary(dai.DeviceBootloader.Type.NETWORK)))

    def library(bootloader):
        assert bootloader.flashBootloader(lambda _: None)[0]

    library.may_flash_bootloader = True
    return [], [library], ["device", "bootloader", "flash", "--file", str(image), "--yes"]


def user_bootloader(folder):
    image = folder / "user.cmd"
    image.write_bytes(b"MA2x depthai-bootloader-eth.elf\x000.0.27\x00" * 1000)

    def library(bootloader):
        assert not bootloader.isUserBootloader()
        assert bootloader.flashUserBootloader(lambda _: None, image)[0]

    return [], [library], ["device", "bootloader", "flash", "--user", "--file", str(image), "--yes"]


SCENARIOS = [
    flash, flash_compressed, flash_running, flash_emmc, flash_chosen, config, config_clear, config_get, read, clear,
    bootloader, user_bootloader,
]  # fmt: skip


def play_library(calls):
    for call in calls:
        may_flash = getattr(call, "may_flash_bootloader", False)
        with dai.DeviceBootloader(dai.DeviceInfo(TAP), may_flash) as bootloader:
            call(bootloader)


def play_oakc(options, folder, command):
    environment = {**os.environ, "OAKC_CACHE": str(folder / "cache")}
    command = [options.oakc, *command, "--device", TAP]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stdout}{done.stderr}")


def record(options, scenario, player):
    """What a player sends to a camera of its own."""
    folder = options.folder / player
    folder.mkdir()
    arguments, calls, command = scenario(folder)
    with Camera(types.SimpleNamespace(oakc=options.oakc, folder=folder), *arguments):
        relay = Relay(folder / "recording.events")
        relay.start()
        if player == "library":
            play_library(calls)
        else:
            play_oakc(options, folder, command)
        relay.stop()
    return sessions(folder / "recording.events")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", choices=[scenario.__name__ for scenario in SCENARIOS])
    parser.add_argument("--oakc", required=True, help="the binary")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="an empty folder")
    options = parser.parse_args()
    raise_loopback()
    scenario = next(scenario for scenario in SCENARIOS if scenario.__name__ == options.scenario)
    seen = {player: record(options, scenario, player) for player in ("library", "oakc")}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
