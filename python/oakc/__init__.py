"""oakc compiles applications for standalone OAK cameras; `python -m oakc` runs it.

The modules in here are for the scripts of an application. oakc puts those that a script imports into the package of the
application; where they are installed, editors and type checkers find them.
"""
