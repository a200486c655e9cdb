# Networks of namespaces, for tests of `oakc doctor`. This shell is the host, in a network and a mount namespace of
# its own; cameras, switches and strangers are namespaces beside it. `$oakc` is the binary.
#
#     switch lan; plug lan h0; address h0 192.168.7.1/24
#     camera lan 192.168.7.50/24; doctor

ip link set lo up || exit 77
# The files of this namespace's interfaces, not of the machine's.
mount -t sysfs sysfs /sys || exit 77
started=
trap 'kill $started 2> /dev/null' EXIT

# namespace NAME: another one, in $NAME its process.
namespace() {
    unshare -n sleep 300 &
    eval "$1=$!"
    started="$started $!"
    for _ in $(seq 200); do
        [ "$(readlink /proc/$!/ns/net)" = "$(readlink /proc/$$/ns/net)" ] || break
        sleep 0.01
    done
    inside "$1" ip link set lo up
}

# inside NAME COMMAND…: in that namespace.
inside() {
    eval "process=\$$1"
    shift
    nsenter -t "$process" -n "$@"
}

# switch NAME
switch() {
    namespace "$1"
    inside "$1" ip link add br0 type bridge || exit 77
    inside "$1" ip link set br0 up
}

# plug SWITCH INTERFACE [NAMESPACE]: a cable from an interface, of the host unless said otherwise.
plug() {
    count=$((${count:-0} + 1))
    eval "other=\$$1"
    ip link add "$2" type veth peer name "p$count" || exit 77
    ip link set "p$count" netns "$other"
    inside "$1" ip link set "p$count" master br0 up
    if [ -n "$3" ]; then
        eval "other=\$$3"
        ip link set "$2" netns "$other"
        inside "$3" ip link set "$2" up
    else
        ip link set "$2" up
    fi
}

# address INTERFACE ADDRESS/LENGTH [NAMESPACE]
address() {
    if [ -n "$3" ]; then
        inside "$3" ip addr add "$2" brd + dev "$1"
    else
        ip addr add "$2" brd + dev "$1"
    fi
}

# machine SWITCH ADDRESS/LENGTH: one without a camera in it, $machine.
machine() {
    machines=$((${machines:-0} + 1))
    machine=machine$machines
    namespace "$machine"
    plug "$1" "c$machines" "$machine"
    address "c$machines" "$2" "$machine"
}

# camera SWITCH ADDRESS/LENGTH [OPTION…]: in the namespace $machine.
camera() {
    machine "$1" "$2"
    at=${2%/*}
    shift 2
    emulate "$machine" "$at" "$@"
}

# emulate NAMESPACE ADDRESS [OPTION…]
emulate() {
    emulated=$((${emulated:-0} + 1))
    eval "process=\$$1"
    # Without a function in between, whose shell would be what is ended.
    nsenter -t "$process" -n "$oakc" emulate --ip "$2" "${@:3}" > "emulate$emulated.log" 2>&1 &
    started="$started $!"
    for _ in $(seq 200); do
        grep -q '^listening' "emulate$emulated.log" && return
        sleep 0.02
    done
    cat "emulate$emulated.log" >&2
    exit 78
}

# tunnel INTERFACE ADDRESS: a VPN to which somebody listens.
tunnel() {
    python3 -c "
import fcntl, os, struct, time
device = os.open('/dev/net/tun', os.O_RDWR)
fcntl.ioctl(device, 0x400454CA, struct.pack('16sH22x', b'$1', 0x1001))
time.sleep(300)" &
    started="$started $!"
    for _ in $(seq 200); do
        [ -e "/sys/class/net/$1" ] && break
        sleep 0.02
    done
    [ -e "/sys/class/net/$1" ] || exit 77
    ip addr add "$2" dev "$1"
    ip link set "$1" up
}

# Runs the command after it as a user who may not see rules or make sockets for pings.
nobody="setpriv --bounding-set=-all --inh-caps=-all"

# doctor [ARGUMENT…]: prints JSON. `watch=SECONDS` watches for longer, `as=$nobody` has no privileges.
doctor() {
    # The programs of the system are quicker than what users put before them.
    PATH=/usr/sbin:/usr/bin:/sbin:/bin $as "$oakc" --quiet doctor --watch "${watch:-1}" --format json "$@"
    echo "exit code $?" >&2
}
