# error[unknown-import-name] 25-40: the camera has no `ssl`, so it cannot encrypt
from http.client import HTTPSConnection

HTTPSConnection("10.0.0.1").close()
