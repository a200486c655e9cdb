import time

while True:
    night = not 6 <= time.gmtime().tm_hour < 20
    control = CameraControl()
    if night:
        control.setManualExposure(30000, 1200)
    else:
        control.setAutoExposureEnable()
    node.io["control"].send(control)
    time.sleep(60)
