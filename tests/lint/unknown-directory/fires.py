import os

# info[unknown-directory] 6-21: files that are to stay belong in `/media/mmcsd-0-0`, the eMMC: add
open("/tmp/last.jpg", "wb").write(node.io["frame"].get().getData())
# info[unknown-directory] 12-20: the camera is not known to have `/home`
os.listdir("/home/")
number = 3
DIRECTORY = "/data/frames"
# info[unknown-directory] 6-30: the camera is not known to have `/data`
open(DIRECTORY + f"/{number}")
# info[unknown-directory] 6-43: the camera is not known to have `/data/frames`
open(os.path.join(DIRECTORY, "number.jpg"), "wb")
# info[unknown-directory] 6-26: the camera is not known to have `/tmp`
open(f"/tmp/{number}.jpg")
# info[unknown-directory] 6-28: the camera is not known to have `/srv`
open("/srv/%d.jpg" % number)
