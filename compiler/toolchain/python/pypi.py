"""Downloads the file of a release from the package index that pip is configured for: pypi.py NAME VERSION [OPTION...].

The file is written into the working directory, under its own name. Nothing of the package is run, which `pip download`
would do with a source distribution.
"""
import os
import sys

from pip._internal.commands import create_command


def main(name, version, options):
    command = create_command("download")
    arguments = ["--no-input", "--disable-pip-version-check", "--retries=1", "--no-deps"]
    options, _ = command.parse_args(arguments + options + [name + "==" + version])
    # Every command of pip starts like this; the index and the proxy come from its configuration.
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options=options, session=session, ignore_requires_python=True)
        found = [one for one in finder.find_all_candidates(name) if str(one.version) == version]
        if not found:
            sys.exit("ERROR: No matching distribution found for " + name + "==" + version)
        # A wheel before a source distribution, and always the same one of several.
        link = min((not one.link.is_wheel, one.link.filename, one.link) for one in found)[2]
        save(session, link)


def save(session, link):
    response = session.get(link.url_without_fragment, stream=True, headers={"Accept-Encoding": "identity"})
    response.raise_for_status()
    path = os.path.basename(link.filename)
    with open(path + ".part", "wb") as file:
        for chunk in response.iter_content(1 << 16):
            file.write(chunk)
    os.rename(path + ".part", path)


main(sys.argv[1], sys.argv[2], sys.argv[3:])
