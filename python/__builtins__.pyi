# Type checkers that know this file give these names to scripts that do not import them.
from oakc.camera import *
