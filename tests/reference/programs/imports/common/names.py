STREAM = "left"
