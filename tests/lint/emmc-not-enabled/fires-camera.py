frame = node.io["in"].get()
# warning[emmc-not-enabled] 12-38: an OAK-D-LITE is not known to have an eMMC
log = open("/media/mmcsd-0-0/log.txt", "a")
