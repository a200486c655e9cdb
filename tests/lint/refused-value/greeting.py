node.io["in"].get()
node.warn('${greeting}')
