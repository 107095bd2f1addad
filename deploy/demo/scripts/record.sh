#!/bin/sh
# Records deploy/demo/recordings/conversations.trace anew: the demonstration's real clients, as the kernel saw them. Needed after a
# change of the wire contract (packages/bpf/include/wire.h), which older traces don't follow. Needs root.
#
# Everything runs from /opt/eyrie in a mount namespace of its own, so that the recording holds no path of this machine.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
raw=$(mktemp -u /tmp/eyrie-recording-XXXXXX)

unshare --mount sh -eu -c '
    mount -t tmpfs tmpfs /opt
    mkdir /opt/eyrie
    mount --bind "$1" /opt/eyrie
    cd /opt/eyrie
    PATH=/opt/eyrie/node_modules/.bin:$PATH
    # The demonstration waits until the recorder watches it: from then on every process of it is a fork that was seen.
    mkfifo "$2.go"
    env -i PATH="$PATH" HOME=/root LANG=C.UTF-8 sh -c "read go <\"$2.go\"; exec node deploy/demo/src/main.ts --clients-only" &
    demo=$!
    node apps/server/src/main.ts trace --output "$2" --scope-subtree "$demo" &
    recorder=$!
    while ! [ -s "$2" ]; do sleep 0.2; done
    sleep 2
    echo go >"$2.go"
    wait "$demo"
    sleep 1
    kill -TERM "$recorder"
    wait "$recorder" || true
    rm -f "$2.go"
' record "$root" "$raw"

PATH="$root/node_modules/.bin:$PATH"
node "$root/deploy/demo/scripts/strip-trace.ts" "$raw" "$root/deploy/demo/recordings/conversations.trace"
rm -f "$raw"
