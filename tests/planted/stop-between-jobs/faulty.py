"""Posts tags by a thread of its own, until it is told to stop; then it says that all is done."""
import socket
import threading

jobs = []
changed = threading.Condition()
is_running = True


def work():
    while is_running:
        with changed:
            while not jobs:
                changed.wait()
            tag = jobs.pop(0)
        with socket.create_connection(("10.77.0.2", 4000), timeout=2) as link:
            link.sendall(b"tag %d\n" % tag)
            link.recv(100)


thread = threading.Thread(target=work, daemon=True)
thread.start()
commands = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
commands.bind(("", 9000))
with changed:
    jobs.append(7)
    changed.notify()
commands.recv(100)
is_running = False
thread.join()
node.warn("all is done")
