import os

open("/media/mmcsd-0-0/last.jpg", "wb").write(node.io["frame"].get().getData())
open("/dev/spi.flash")
open("/etc/resolv.conf")
open("/last.jpg")
open("last.jpg")
open(input())
os.listdir("/")
try:
    open("/tmp/last.jpg")
except OSError:
    pass
