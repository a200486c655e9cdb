frame = node.io["in"].get()
# error[emmc-not-enabled] 12-38: the eMMC is not turned on an OAK-D-LITE is not known to have one
log = open("/media/mmcsd-0-0/log.txt", "a")
