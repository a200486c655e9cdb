"""The servers that the tests of the camera's library talk to, all on loopback, and ways to hurt a link.

In: nothing. Out: programs that run until a test ends, and a relay whose link can be cut or slowed.
Never: an address that is not of this computer.
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "python"))
network = types.ModuleType("oakc.network")
network.dns, network.search, network.hosts = [], [], {}
sys.modules["oakc.network"] = network
SYSTEM_PYTHON = "/usr/bin/python3"


def program(name):
    """The path of a program; the test is skipped if there is none, and fails in continuous integration."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        missing(name)
    return found


def missing(what):
    if os.environ.get("CI") == "true":
        raise AssertionError("nothing is skipped in CI, and this needs " + what)
    raise unittest.SkipTest("needs " + what)


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def until(condition, seconds=10):
    """Waits for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not happen")
        time.sleep(0.02)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Test(unittest.TestCase):
    def start(self, *command, **options):
        """A program that ends with the test."""
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
        self.addCleanup(self.stop, process)
        return process

    def stop(self, process):
        if process.poll() is None:
            process.kill()
        process.wait(10)
        if process.stdout:
            process.stdout.close()

    def folder(self):
        folder = tempfile.mkdtemp()
        os.chmod(folder, 0o755)
        self.addCleanup(shutil.rmtree, folder, True)
        return folder

    def write(self, name, text):
        path = os.path.join(self.folder(), name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def thread(self, function):
        thread = threading.Thread(target=function, daemon=True)
        thread.start()
        return thread

    def tcp_server(self, talk):
        """A server of our own: `talk` gets each connection. Its port."""
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                self.thread(lambda: _quiet(talk, connection))

        self.thread(serve)
        return server.getsockname()[1]

    def udp_server(self, answer):
        """A server of our own: the datagrams that `answer` gives for one. Its port."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        self.addCleanup(sock.close)

        def serve():
            while True:
                try:
                    data, peer = sock.recvfrom(4096)
                    for reply in answer(data):
                        sock.sendto(reply, peer)
                except OSError:
                    return

        self.thread(serve)
        return sock.getsockname()[1]


def _quiet(talk, connection):
    with connection:
        try:
            talk(connection)
        except OSError:
            pass


class Relay:
    """A TCP link to a port that can be cut, stopped and slowed."""

    def __init__(self, test, port):
        self.port_behind = port
        self.open = []
        self.up = True
        self.delay = 0
        self.flows = threading.Event()
        self.flows.set()
        self.port = test.tcp_server(self._link)

    def cut(self):
        self.up = False
        for sock in self.open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _link(self, near):
        if not self.up:
            return
        with socket.create_connection(("127.0.0.1", self.port_behind), 5) as far:
            far.settimeout(None)
            self.open += [near, far]
            back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
            back.start()
            self._pass(near, far)

    def _pass(self, one, other):
        try:
            while True:
                data = one.recv(65536)
                self.flows.wait()
                time.sleep(self.delay)
                if not data:
                    break
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass
