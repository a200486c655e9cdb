"""Warns when it gets hot. It gets the same readings as the script that uploads them."""
while True:
    celsius = node.io["readings"].get().chipTemperature.average
    if celsius > 80:
        node.warn(f"hot: {celsius}")
