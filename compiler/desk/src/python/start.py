"""Starts a script's process: reads what it consists of from the scheduler, and hands over to `main`.

The line to the scheduler is descriptor 1, a socket. What this program and its modules are made of comes over it, so
nothing is written anywhere.
"""
import marshal
import os
import sys


def _oakc_start():
    def frame():
        data = b""
        while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "little"):
            more = os.read(line, 1 << 20)
            if not more:
                os._exit(0)
            data += more
        return marshal.loads(data[4:])

    # The script must not reach the line by descriptor 1, where C code prints.
    line = os.dup(1)
    os.dup2(2, 1)
    setup = frame()
    code = setup["code"]
    compiled = marshal.loads(code) if code else [
        (name, compile(text, "<oakc>/" + name + ".py", "exec", dont_inherit=True)) for name, text in setup["parts"]
    ]
    for name, body in compiled:
        module = sys.modules["_oakc_" + name] = type(sys)("_oakc_" + name)
        exec(body, module.__dict__)
    sys.modules["_oakc_main"].main(setup, line, b"" if code else marshal.dumps(compiled))


_oakc_start()
