"""`fcntl`: a script asks it for the address of the camera's network interface, as the library's examples do.

In:    the interpreter's own module, and the address. Out: what replaces it. Never: a call about a descriptor that only
       the desk knows.
"""
import errno
import os
import struct
import types

# `SIOCGIFADDR` of the camera's system, about a structure of 32 bytes. Scripts write it as a negative number.
ADDRESS = 0xC0206921
INTERFACE = b"re0"
AF_INET = 2


def failure(number):
    return OSError(number, os.strerror(number))


def asked(argument, ip):
    """The structure with the address in it; scripts take that from the bytes 20 to 24."""
    if bytes(argument[:16]).partition(b"\0")[0] != INTERFACE:
        raise failure(errno.ENXIO)
    parts = [int(part) for part in ip.split(".")]
    return bytes(argument[:16]) + struct.pack("BBH4B", 16, AF_INET, 0, *parts) + bytes(argument[24:])


def module(real, ip, descriptors):
    """`descriptors` are those of sockets that this computer does not know."""
    def descriptor(file):
        return file if isinstance(file, int) else file.fileno()

    def ioctl(fd, request, arg=0, mutate_flag=True):
        if request & 0xFFFFFFFF == ADDRESS and not isinstance(arg, int):
            said = asked(arg, ip)
            if not mutate_flag or isinstance(arg, (bytes, str)):
                return said
            arg[:len(said)] = said
            return 0
        if descriptor(fd) in descriptors:
            raise failure(errno.ENOTTY)
        return real.ioctl(fd, request, arg, mutate_flag)

    def fcntl(fd, cmd, arg=0):
        if descriptor(fd) in descriptors:
            raise failure(errno.EINVAL)
        return real.fcntl(fd, cmd, arg)

    made = types.ModuleType("fcntl")
    made.__dict__.update(real.__dict__)
    made.ioctl, made.fcntl = ioctl, fcntl
    return made
