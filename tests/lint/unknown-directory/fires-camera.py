# info[unknown-directory] 6-21: an OAK-D-LITE is not known to have a place for files: send the data over
open("/tmp/last.jpg", "wb").write(node.io["frame"].get().getData())
