# error[unknown-import-name] 18-22: the module `time` has no `slep`
from time import slep

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
