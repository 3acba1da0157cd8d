#!/bin/sh
# Sets up lb1 for the LVS cluster shop. Run it on lb1 as root: sh up.sh
# It may be run again at any time; what is in place already stays as it is.
# The commands stand in the order they must run in, each with its reason above it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=lb1
record=/var/lib/lvs-designer-manual/shop/lb1
here=$(dirname -- "$0")

refuse() {
  printf 'up.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

remember() { grep -q -F -e "$1 = " "$record" || printf '%s = %s\n' "$1" "$2" >>"$record"; }

remember_module() {
  if [ -d "/sys/module/$1" ]; then remember "module $1" loaded; else remember "module $1" absent; fi
}

remember_sysctl() { remember "sysctl $1" "$(sysctl -n "$1" 2>/dev/null || echo absent)"; }

# What up.sh wrote down of a setting; nothing where it did not run.
was() {
  [ -r "$record" ] || return 0
  while IFS= read -r line; do
    case $line in "$1 = "*) printf '%s\n' "${line#"$1 = "}" ;; esac
  done <"$record"
}

# keepalived goes on with what it can make of a wrong file; so whatever it has to say of this one counts.
config_is_sound() {
  words=$(keepalived -t -f "$here/keepalived.conf" -i none 2>&1) || :
  [ -z "$words" ] || { printf '%s\n' "$words" >&2; return 1; }
}

daemon_runs() { pidof "$1" >/dev/null 2>&1; }

reload_daemon() {
  if [ -d /run/systemd/system ]; then systemctl reload "$1"; else pkill -HUP -o -x "$1"; fi
}

install_config() {
  config_is_sound || { printf '%s stays as it is\n' "$1" >&2; exit 1; }
  # Kept once: the second time it is ours that stands there.
  case $(was "file $1") in
  '')
    if [ -s "$1" ]; then
      cp -p "$1" "$1.before-lvs"
      remember "file $1" present
    else
      remember "file $1" absent
    fi
    ;;
  esac
  cp "$here/keepalived.conf" "$1.new"
  chmod 640 "$1.new"
  mv -f "$1.new" "$1"
}

# One that runs reads its configuration again; it is never restarted, which would cut connections.
start_daemon() {
  if daemon_runs "$1"; then
    reload_daemon "$1"
  elif [ -d /run/systemd/system ]; then
    systemctl enable --now "$1"
  elif [ -x /sbin/openrc-run ]; then
    rc-update add "$1" default && rc-service "$1" start
  else
    "$1"
  fi
}

remember_daemon() {
  if daemon_runs "$1"; then remember "daemon $1" running; else remember "daemon $1" absent; fi
}

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
command -v modprobe >/dev/null || refuse 'modprobe is not installed'
command -v sysctl >/dev/null || refuse 'sysctl is not installed'
command -v keepalived >/dev/null || refuse 'keepalived is not installed'
has_address eth0 192.0.2.1 || refuse 'eth0 here does not have 192.0.2.1'
has_address eth1 10.0.0.1 || refuse 'eth1 here does not have 10.0.0.1'

# What is there before the first run is written down, so that down.sh can put it back.
mkdir -p "${record%/*}"
touch "$record"
remember_module ip_vs
remember_module ip_vs_wlc
remember_sysctl net.ipv4.ip_forward
remember_sysctl net.ipv4.vs.expire_nodest_conn
remember_daemon keepalived

# The load balancer of the kernel (web and mail).
modprobe ip_vs

# The scheduler wlc (web and mail).
modprobe ip_vs_wlc

# Replies of a NAT service are forwarded packets; IPVS rewrites them in the FORWARD hook (web and
# mail).
sysctl -q -w net.ipv4.ip_forward=1

# Clients of a real server that a health check takes out otherwise hang instead of trying again (web
# and mail).
sysctl -q -w net.ipv4.vs.expire_nodest_conn=1

# Checks real servers, takes out those that fail, and moves the addresses of a pair (web and mail).
install_config /etc/keepalived/keepalived.conf
start_daemon keepalived

printf '%s is set up\n' "$host"
