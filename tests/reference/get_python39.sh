#!/usr/bin/env bash
# Unpacks CPython 3.9 into a folder: ./get_python39.sh FOLDER
#
# It is that of Debian 11, the release that had it, from the mirror that apt uses on this machine. Nothing is installed,
# and apt's own lists stay as they are. The program is then FOLDER/usr/bin/python3.9; its libraries are in FOLDER/usr/lib.
set -euo pipefail

PACKAGES=(python3.9-minimal libpython3.9-minimal libpython3.9-stdlib libffi7 libssl1.1 libmpdec3 libreadline8)

mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/lists/partial "$work"/cache/archives/partial
touch "$work/status"

private_apt() {
    apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- \
        -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache" \
        -o APT::Sandbox::User="$(id -un)" "$@"
}

fetch() {
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $1 bullseye main" >"$work/sources.list"
    (cd "$work" && private_apt update && private_apt download "${PACKAGES[@]}")
}

for mirror in $(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sort -u); do
    if fetch "$mirror" >"$work/log" 2>&1; then
        for package in "$work"/*.deb; do
            dpkg-deb -x "$package" "$folder"
        done
        exit 0
    fi
done
cat "$work/log" >&2
exit 1
