"""Starts another program, which has the pipeline."""
import subprocess
import sys

import depthai

subprocess.run([sys.executable, "the_camera.py", "--fps", "10"])
