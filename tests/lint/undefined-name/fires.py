# error[undefined-name] 1-5: nothing is called `time`
time.sleep(1)
# error[undefined-name] 7-10: nothing is called `dai`
cfg = dai.ImageManipConfig()
# error[undefined-name] 7-25: nothing is called `ImageManipConfigV2`
cfg = ImageManipConfigV2()
# error[undefined-name] 1-4: nothing is called `nod`
nod.warn("x")
# error[undefined-name] 9-27: nothing is called `EdgeDetectorConfig`
edges = EdgeDetectorConfig()


def count():
    # error[undefined-name] 5-10: `total` is used before it has a value
    total += 1


count()
total = 0
try:
    # warning[undefined-name] 5-9: nothing is called `late`
    late()
except Exception:
    pass

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
