from depthai_sdk import OakCamera

with OakCamera() as o:
    c = o.create_camera('color')
    o.visualize(c)
    o.start(blocking=True)
