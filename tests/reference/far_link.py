"""A command behind a link that is slow, long and loses packets, in network namespaces.

    unshare -rn python3 tests/reference/far_link.py [--megabits 10] [--delay 0.1] [--loss 0.02] [--seed 1] COMMAND…

The namespace that this starts in is the near end, 10.9.0.1; COMMAND runs in another one at the far end, 10.9.0.2. Every IP
packet between them passes through this process, by way of a TUN device at each end: it is lost with that probability, or
arrives after that delay (in seconds, each way) and after those before it. Ends with COMMAND, or at the end of its input.

netem does the same in the kernel; not every kernel has it. Exit code 77: no TUN devices here.
"""

import argparse
import ctypes
import fcntl
import heapq
import os
import random
import selectors
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 1, 0x1000
CLONE_NEWNET = 0x40000000
LARGEST = 65536
# What a router queues before it drops packets: about half a second.
QUEUE_SECONDS = 0.5


def tun(address, peer):
    """A TUN device in the current namespace."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"far0", IFF_TUN | IFF_NO_PI))
    for arguments in (["addr", "add", address, "peer", peer, "dev", "far0"], ["link", "set", "far0", "mtu", "1500", "up"]):
        subprocess.run(["ip", *arguments], check=True)
    return device


def another_namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


class Direction:
    """Packets on their way from one device to the other."""

    def __init__(self, options, target):
        self.bits_per_second = options.megabits * 1e6
        self.delay, self.loss, self.target = options.delay, options.loss, target
        self.chance = random.Random(options.seed)
        self.free_at = 0.0
        self.under_way = []
        self.count = 0

    def take(self, packet, now):
        queued = max(self.free_at - now, 0)
        if queued > QUEUE_SECONDS or self.chance.random() < self.loss:
            return
        self.free_at = now + queued + len(packet) * 8 / self.bits_per_second
        self.count += 1
        heapq.heappush(self.under_way, (self.free_at + self.delay, self.count, packet))

    def deliver(self, now):
        while self.under_way and self.under_way[0][0] <= now:
            try:
                os.write(self.target, heapq.heappop(self.under_way)[2])
            except OSError:
                pass  # The queue is full or the device is gone: the packet is lost.

    def due(self):
        return self.under_way[0][0] if self.under_way else float("inf")


def relay(directions, is_over):
    """Forwards packets until the command ends."""
    selector = selectors.DefaultSelector()
    for device, direction in directions.items():
        selector.register(device, selectors.EVENT_READ, direction)
    while not is_over():
        due = min(direction.due() for direction in directions.values())
        ready = selector.select(min(max(due - time.monotonic(), 0), 0.1))
        now = time.monotonic()
        for key, _ in ready:
            try:
                key.data.take(os.read(key.fd, LARGEST), now)
            except BlockingIOError:
                pass
        for direction in directions.values():
            direction.deliver(now)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabits", type=float, default=10)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--loss", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    try:
        near = tun("10.9.0.1", "10.9.0.2")
        another_namespace()
        far = tun("10.9.0.2", "10.9.0.1")
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no TUN devices here: {error}", file=sys.stderr)
        sys.exit(77)
    # So that the command ends with this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    command = subprocess.Popen(options.command)
    directions = {near: Direction(options, far), far: Direction(options, near)}
    try:
        relay(directions, lambda: command.poll() is not None)
    finally:
        command.terminate()


if __name__ == "__main__":
    main()
