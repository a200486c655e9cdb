import json
frame = node.io["in"].get()
# error[script-syntax] 1-6: the script of `s` does not compile: cannot use `match` statement on Python 3.9 (syntax was added in Python 3.10)
match frame:
    case None: pass

def count():
    print(total)
    # error[script-syntax] 12-17: the script of `s` does not compile: name 'total' is used prior to global declaration
    global total

# error[script-syntax] 1-9: the script of `s` does not compile: `return` statement outside of a function
return 1
