#!/usr/bin/env bash
# Installs oakc on a runner of GitHub: the program of a release where there is one for it, else from the source of the action.
#
# In: VERSION (of the release, may be empty), REPOSITORY (owner/name of the action), TOKEN. Never: a program whose checksum is not
# that of the release.
set -euo pipefail

! command -v oakc >/dev/null || exit 0
root=$(cd "$(dirname "$0")/.." && pwd)
version=${VERSION:-$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)}

target() {
    case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
        Linux-X64) echo x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
    esac
}

# The archive of the release into the folder; fails where there is none.
prebuilt() {
    local archive folder=$1 base
    [ -n "${REPOSITORY:-}" ] && [ -n "$(target)" ] || return 1
    case "$(target)" in
        *windows*) archive=oakc-$(target).zip ;;
        *) archive=oakc-$(target).tar.gz ;;
    esac
    base=https://github.com/$REPOSITORY/releases/download/v$version
    for file in "$archive" "$archive.sha256"; do
        curl --fail --silent --show-error --location --retry 3 --header "Authorization: Bearer ${TOKEN:-}" \
            --output "$folder/$file" "$base/$file" || return 1
    done
    # A file that is there and differs is no reason to compile: somebody has to look at it.
    (cd "$folder" && shasum -a 256 -c "$archive.sha256") >&2 || exit 1
    case "$archive" in
        *.zip) unzip -q "$folder/$archive" -d "$folder" ;;
        *) tar -xzf "$folder/$archive" -C "$folder" ;;
    esac
}

bin=${RUNNER_TEMP:-/tmp}/oakc-$version
mkdir -p "$bin"
if prebuilt "$bin"; then
    echo "$bin/oakc-$(target)" >>"$GITHUB_PATH"
else
    echo "no release $version for this runner: compiling oakc, which takes some minutes" >&2
    cargo install --locked --path "$root/compiler/cli"
fi
