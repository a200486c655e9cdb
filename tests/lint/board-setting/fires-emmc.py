information = node.io["information"].get()
log = open("/media/mmcsd-0-0/log.txt", "a")
log.write(str(information.cmxMemoryUsage.used))
