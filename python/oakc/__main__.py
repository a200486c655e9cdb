"""Runs the program `oakc` that belongs to this package."""

import os
import subprocess
import sys
import sysconfig


def folders():
    """Where pip may have put the program: beside the package last, as `--target` does."""
    package = os.path.dirname(os.path.abspath(__file__))
    site = os.path.dirname(package)
    yield sysconfig.get_path("scripts")
    yield sysconfig.get_path("scripts", vars={"base": sys.base_prefix})
    yield sysconfig.get_path("scripts", scheme=user_scheme())
    yield os.path.join(site, "bin")
    yield os.path.join(site, "Scripts")
    # `--prefix`: PREFIX/lib/python3.11/site-packages, on Windows PREFIX/Lib/site-packages.
    yield os.path.normpath(os.path.join(site, "..", "..", "..", "bin"))
    yield os.path.normpath(os.path.join(site, "..", "..", "Scripts"))


def user_scheme():
    if sys.version_info >= (3, 10):
        return sysconfig.get_preferred_scheme("user")
    if os.name == "nt":
        return "nt_user"
    return "osx_framework_user" if sys.platform == "darwin" and sys._framework else "posix_user"


def program():
    name = "oakc" + (sysconfig.get_config_var("EXE") or "")
    tried = []
    for folder in folders():
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
        tried.append(folder)
    sys.exit("the program " + name + " is in none of: " + ", ".join(dict.fromkeys(tried)))


def main():
    path = program()
    arguments = [path, *sys.argv[1:]]
    if os.name != "nt":
        os.execv(path, arguments)
    # Windows has no exec, and Ctrl-C reaches both processes: the program decides.
    process = subprocess.Popen(arguments)
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
