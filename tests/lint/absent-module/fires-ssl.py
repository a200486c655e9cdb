# error[absent-module] 8-11: the camera has no `ssl`, so it cannot encrypt
import ssl

ssl.create_default_context()
