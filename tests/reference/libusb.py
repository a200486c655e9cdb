"""Loads the plugin of oakc's compiler as on a computer without libusb.

    libusb.py PACKAGES COMPILE.py

Prints the libusb that it found, relative to PACKAGES.
"""
import ctypes
import importlib.util
import os
import sys

packages = os.path.realpath(sys.argv[1])
spec = importlib.util.spec_from_file_location("compile", sys.argv[2])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
load = ctypes.CDLL


def without_libusb(name, *arguments, **options):
    if name == "libusb-1.0.so.0":
        raise OSError(name)
    return load(name, *arguments, **options)


ctypes.CDLL = without_libusb
program.load_libusb(packages)
libraries = os.path.join(packages, "openvino", "libs")
for name in ("libngraph.so", "libinference_engine.so"):
    load(os.path.join(libraries, name), mode=ctypes.RTLD_GLOBAL)
load(os.path.join(libraries, "libmyriadPlugin.so"))
with open("/proc/self/maps") as maps:
    found = {line.split()[-1] for line in maps if "libusb" in line}
print(*sorted(os.path.relpath(path, packages) for path in found))
