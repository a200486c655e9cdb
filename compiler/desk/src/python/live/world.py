"""Real time: the modules of the computer, as a camera has them.

In:    the address of the camera, and what its clock says. Out: `sys.modules`. Random numbers are the computer's.
"""
import sys

import _oakc_clock as clock
import _oakc_interface as interface
import _oakc_net as net
import _oakc_threads as threads


def replace(setup):
    import _socket
    import fcntl
    import select

    clock.boot = setup["boot"]
    net.ip, net.ports = setup["ip"], dict(setup["ports"])
    socket_module, select_module = net.modules(_socket, select)
    sys.modules.update(
        _thread=threads.module, time=clock.module, _socket=socket_module, select=select_module,
        fcntl=interface.module(fcntl, setup["ip"], ()),
    )
