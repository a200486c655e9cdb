"""Starts a script's process: reads what it consists of from the scheduler, and hands over to `main`.

The line to the scheduler is descriptor 1, a socket. What this program and its modules are made of comes over it, so
nothing is written anywhere.
"""
import builtins
import marshal
import os
import sys


def _oakc_start():
    def read(size):
        data = b""
        while len(data) < size:
            more = os.read(line, size - len(data))
            if not more:
                os._exit(0)
            data += more
        return data

    def frame():
        # Not more than that: what follows may be there already.
        return marshal.loads(read(int.from_bytes(read(4), "little")))

    # The script must not reach the line by descriptor 1, where C code prints.
    line = os.dup(1)
    os.dup2(2, 1)
    setup = frame()
    code = setup["code"]
    compiled = marshal.loads(code) if code else [
        (name, compile(text, "<oakc>/" + name + ".py", "exec", dont_inherit=True)) for name, text in setup["parts"]
    ]
    # A script may replace what everybody has.
    own = dict(vars(builtins))
    for name, body in compiled:
        module = sys.modules["_oakc_" + name] = type(sys)("_oakc_" + name)
        module.__builtins__ = own
        exec(body, module.__dict__)
    sys.modules["_oakc_main"].main(setup, line, b"" if code else marshal.dumps(compiled))


_oakc_start()
