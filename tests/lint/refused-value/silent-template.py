# ${greeting} ${undefined
node.io["in"].get()
node.warn('${greeting}' + f"${greeting} {${count} + ${ratio}}" + str(${list}))
