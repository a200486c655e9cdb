# warning[unknown-module] 8-24: the camera is not known to have a module `paho.mqtt.client`
import paho.mqtt.client as mqtt
# warning[unknown-module] 6-14: the camera is not known to have a module `requests`
from requests import get
frame = node.io["in"].get()
node.io["out"].send(frame)
