import time
# error[script-syntax] 7-16: the script of `s` does not compile: simple statements must be separated by newlines or semicolons
print "started"
exec "x = 1"
