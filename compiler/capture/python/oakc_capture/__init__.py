"""Runs a program that uses depthai 2.x and keeps the pipelines that it starts, without any camera.

In:    PROGRAM OUT SECONDS BYTES FROM CALL ARGUMENT…: no file of the program gets larger than BYTES; FROM is the folder
       from which the import was started; CALL is a function to call instead of running the program, or empty; the
       interpreter has the real depthai.
Out:   OUT/report.json, and OUT/N.dap for each pipeline: a package of the real library around a stand-in firmware.
Never: a connection to a device. `dai.Device` and `dai.DeviceBootloader` are replaced before the program runs; its
       loops end when they ask a queue, wait for a key or sleep too often.
"""
