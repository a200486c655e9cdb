import http.client

# error[unknown-attribute] 13-28: the camera has no `ssl`, so it cannot encrypt
http.client.HTTPSConnection("10.0.0.1").close()
# error[unknown-attribute] 13-16: the module `http.client` has no attribute `ssl`
http.client.ssl
