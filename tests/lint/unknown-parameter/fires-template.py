HOST = "${server}"
# error[unknown-parameter] 14-22: unknown parameter `sever` did you mean `server`?
OTHER = "tcp:${sever}" + "$${sever}"
# error[undefined-name] 40-44: `nmae` is not defined
node.warn(HOST + "${server}" + OTHER + nmae + str(node.io["in"].get()))
