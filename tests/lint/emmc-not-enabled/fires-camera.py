frame = node.io["in"].get()
# error[emmc-not-enabled] 12-38: an OAK-D-LITE has no eMMC
log = open("/media/mmcsd-0-0/log.txt", "a")
