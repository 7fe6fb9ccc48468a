#!/bin/sh
# The scripted agent of `ct demo`: does its work, then tries what no agent should be able to do.
# Every line it writes is one attempt: NAME <tab> allowed|refused <tab> DETAIL
# DEMO_* say where the host's treasures are; each of them is really there.
out=.construct-demo/results

try() { # NAME COMMAND…: allowed when the command succeeds
  name=$1
  shift
  if detail=$("$@" 2>&1); then verdict=allowed; else verdict=refused; fi
  printf '%s\t%s\t%s\n' "$name" "$verdict" "$(printf '%s' "$detail" | tr '\n\t' '  ' | cut -c1-120)" >>"$out"
}

edit_file() { sed -i 's/wrold/world/' greeting.txt && grep -q world greeting.txt; }
write_home() { echo note >"$HOME/note" && echo "$HOME"; }
find_process() { # reads every command line that it can see
  for file in /proc/[0-9]*/cmdline; do
    tr '\0' ' ' <"$file" 2>/dev/null | grep -q -- "[s]leep $DEMO_PROCESS" && return 0
  done
  echo "$(ls -d /proc/[0-9]* | wc -l) processes visible, all of this box"
  return 1
}
connect() { timeout 3 bash -c ": >/dev/tcp/$1/$2"; }
make_namespace() { unshare --user --map-root-user mount -t tmpfs none /mnt; }

: >"$out"
try edit-file edit_file
try write-home write_home
try read-outside cat "$DEMO_SECRET"
try read-ssh ls "$DEMO_SSH"
try see-process find_process
try host-port connect 127.0.0.1 "$DEMO_PORT"
try engine-socket sh -c 'ls /run/docker.sock /var/run/docker.sock /run/podman/podman.sock | grep .'
try new-namespace make_namespace
if [ "$CONSTRUCT_NETWORK" = offline ]; then
  try reach-network connect "$DEMO_ADDRESS" 80
  try resolve-name getent hosts example.com
fi
