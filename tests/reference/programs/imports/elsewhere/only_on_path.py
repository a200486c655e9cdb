MIRROR = True
