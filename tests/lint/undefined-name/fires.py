# error[undefined-name] 1-5: the name `time` is not defined add `import time` at the top of the script
time.sleep(1)
# error[undefined-name] 7-10: the name `dai` is not defined the camera's classes need no module: write
cfg = dai.ImageManipConfig()
# error[undefined-name] 7-25: the name `ImageManipConfigV2` is not defined `ImageManipConfigV2` is from
cfg = ImageManipConfigV2()
# error[undefined-name] 1-4: the name `nod` is not defined did you mean `node`?
nod.warn("x")
# error[undefined-name] 9-27: the name `EdgeDetectorConfig` is not defined the library has this class only on
edges = EdgeDetectorConfig()


def count():
    # error[undefined-name] 5-10: `total` is used before it has a value
    total += 1


count()
total = 0
try:
    # warning[undefined-name] 5-9: the name `late` is not defined 
    late()
except Exception:
    pass

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
