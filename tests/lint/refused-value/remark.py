# ${remark}
node.io["in"].get()
