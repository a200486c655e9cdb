"""The cameras that a program finds: one, or each that it knows by its MXID."""
import re

# Nothing with a camera at its end: addresses of this block are for documentation.
ADDRESS = "192.0.2.%d"
SERIAL = "14442C10D13EABCE00"
KNOWN = re.compile(r"""["']((?:14442C1|1944301|1844301)[0-9A-Fa-f]{9,11})["']""")
MOST = 8


class Cameras:
    """`sources`: gives the text of the program and of its modules."""

    def __init__(self, dai, sources):
        self.dai, self.sources = dai, sources

    def all(self):
        """What a search finds."""
        known = [serial for _, text in self.sources() for serial in KNOWN.findall(text)]
        known = list(dict.fromkeys(known))[:MOST]
        return [self.named(serial, place) for place, serial in enumerate(known or [SERIAL], start=1)]

    def first(self):
        return self.all()[0]

    def named(self, serial, place=1):
        """The camera with that MXID."""
        info = self.dai.DeviceInfo(ADDRESS % place)
        info.mxid = serial or SERIAL
        info.state, info.protocol = self.dai.XLinkDeviceState.X_LINK_BOOTLOADER, self.dai.XLinkProtocol.X_LINK_TCP_IP
        info.platform = self.dai.XLinkPlatform.X_LINK_MYRIAD_X
        return info
