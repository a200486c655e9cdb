import sys
# info[computed-port-name] 9-29: the name of this port is computed and cannot be checked 
frame = node.io[sys.argv[0]].get()
node.io["out"].send(frame)
