"""A program that refuses in its own words to go on without an option."""
import sys

import depthai as dai

if len(sys.argv) < 2:
    raise ValueError('No source: use "-cam"')
dai.Device(dai.Pipeline())
