frame = node.io["in"].get()
# error[emmc-not-enabled] 12-38: the eMMC is not turned on
log = open("/media/mmcsd-0-0/log.txt", "a")
