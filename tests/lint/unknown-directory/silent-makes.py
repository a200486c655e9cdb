import os

os.makedirs("/tmp")
open("/tmp/last.jpg", "wb").write(node.io["frame"].get().getData())
