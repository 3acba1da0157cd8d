#!/bin/sh
# Power switch of the virtual hosts, used in the lab machine:
#   host start|stop|cut|restart|status NAME
# stop is an orderly shutdown, cut is a power cut; the disk is kept either way, /run and /tmp are
# not, and the network stack is made anew, as after a real reboot.
export PATH=/usr/sbin:/usr/bin
action=$1
name=$2
dir=/lab/hosts/$name

if [ ! -d "$dir/layer" ]; then
  echo "there is no host '$name' in this lab" >&2
  exit 2
fi

# Makes the network stack and plugs its interfaces into the switch.
wire() {
  ip netns delete "$name" 2>/dev/null
  # The old namespace, and with it the old ports, go away a moment after its last process.
  tries=0
  until ip -batch "$dir/wire" 2>"$dir/wire.log"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 50 ]; then
      sed "s/^/lvs-lab: problem: $name: /" "$dir/wire.log"
      return 1
    fi
    ip netns delete "$name" 2>/dev/null
    sed -n 's/^link add dev \([^ ]*\) .*/link delete \1/p' "$dir/wire" | ip -force -batch - 2>/dev/null
    sleep 0.1
  done
  perl /lab/bin/offload.pl <"$dir/offload"
  ip -batch "$dir/plug"
}

# The process that is number 1 inside the host.
init_process() {
  [ -s "$dir/supervised" ] || return 1
  read -r parent <"$dir/supervised"
  read -r init rest 2>/dev/null <"/proc/$parent/task/$parent/children"
  [ -n "$init" ] && echo "$init"
}

await_off() {
  tries=0
  while [ -e "$dir/supervised" ]; do
    tries=$((tries + 1))
    if [ "$tries" -ge "$1" ]; then return 1; fi
    sleep 0.1
  done
}

case $action in
run)
  wired=$3
  while :; do
    [ -n "$wired" ] || wire || break
    wired=
    nsenter --net="/run/netns/$name" \
      unshare --mount --uts --ipc --pid --fork --kill-child /lab/bin/enter-host "$name" &
    echo $! >"$dir/supervised"
    wait $!
    # The kernel ends a PID namespace that asks for a reboot by SIGHUP, for a halt by SIGINT.
    [ $? -eq 129 ] || break
    echo "lvs-lab: host $name reboots"
  done
  rm -f "$dir/supervised"
  echo "lvs-lab: host $name off"
  ;;
start)
  if [ -e "$dir/supervised" ]; then
    echo "$name is already running" >&2
    exit 1
  fi
  setsid "$0" run "$name" </dev/null >/dev/console 2>&1 &
  ;;
stop)
  init=$(init_process) && kill -USR2 "$init" 2>/dev/null
  await_off 100 || { init=$(init_process) && kill -KILL "$init"; await_off 50; }
  ;;
cut)
  init=$(init_process) && kill -KILL "$init" 2>/dev/null
  await_off 100
  ;;
restart)
  "$0" stop "$name" && "$0" start "$name"
  ;;
status)
  if init_process >/dev/null; then echo running; else echo off; fi
  ;;
*)
  echo 'host start|stop|cut|restart|status NAME' >&2
  exit 2
  ;;
esac
