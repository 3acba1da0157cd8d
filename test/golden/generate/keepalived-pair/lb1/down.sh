#!/bin/sh
# Takes lb1 out of the LVS cluster shop again. Run it on lb1 as root: sh down.sh
# Open connections get 30 seconds to end; DRAIN=600 sh down.sh gives them ten minutes.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=lb1
record=/var/lib/lvs-designer-manual/shop/lb1

refuse() {
  printf 'down.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

# What up.sh wrote down of a setting; nothing where it did not run.
was() {
  [ -r "$record" ] || return 0
  while IFS= read -r line; do
    case $line in "$1 = "*) printf '%s\n' "${line#"$1 = "}" ;; esac
  done <"$record"
}

no_record() { printf '%s stays as it is: up.sh left no record of what it was\n' "$1" >&2; }

put_back_sysctl() {
  value=$(was "sysctl $1")
  case $value in
  '') no_record "$1" ;;
  absent) ;; # it came with a device, and goes with it
  *) sysctl -q -w "$1=$value" ;;
  esac
}

# A module that others use by now refuses to go, and stays.
unload_if_ours() {
  if [ "$(was "module $1")" = absent ]; then modprobe -r -q "$1" 2>/dev/null || :; fi
}

daemon_runs() { pidof "$1" >/dev/null 2>&1; }

reload_daemon() {
  if [ -d /run/systemd/system ]; then systemctl reload "$1"; else pkill -HUP -o -x "$1"; fi
}

put_back_config() {
  if [ -e "$1.before-lvs" ]; then mv -f "$1.before-lvs" "$1"; else rm -f "$1"; fi
  if daemon_runs keepalived; then reload_daemon keepalived; fi
}

put_back_daemon() {
  case $(was "daemon $1") in
  '') no_record "$1" ;;
  running) ;;
  *)
    if [ -d /run/systemd/system ]; then
      systemctl disable --now "$1"
    elif [ -x /sbin/openrc-run ]; then
      rc-service "$1" stop && rc-update del "$1" default
    elif daemon_runs "$1"; then
      pkill -o -x "$1"
    fi
    ;;
  esac
}

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
command -v modprobe >/dev/null || refuse 'modprobe is not installed'
command -v sysctl >/dev/null || refuse 'sysctl is not installed'
has_address eth0 192.0.2.1 || refuse 'eth0 here does not have 192.0.2.1'
has_address eth1 10.0.0.1 || refuse 'eth1 here does not have 10.0.0.1'

# keepalived takes its services out of the table, and its addresses off the interfaces.
put_back_daemon keepalived

# The configuration that was there before.
put_back_config /etc/keepalived/keepalived.conf

# Settings of the kernel, as they were before.
put_back_sysctl net.ipv4.vs.expire_nodest_conn
put_back_sysctl net.ipv4.ip_forward

# Modules that were not loaded before.
unload_if_ours ip_vs_wlc
unload_if_ours ip_vs

rm -f "$record"
rmdir "${record%/*}" 2>/dev/null || :
printf '%s is out of the cluster\n' "$host"
