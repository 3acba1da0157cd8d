#!/bin/sh
# Takes lb1 out of the LVS cluster shop-tun again. Run it on lb1 as root: sh down.sh
# Open connections get 30 seconds to end; DRAIN=600 sh down.sh gives them ten minutes.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=lb1
record=/var/lib/lvs-designer-manual/shop-tun/lb1

refuse() {
  printf 'down.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

# Whether the IPVS table has a line that begins like this. (ipvsadm would load ip_vs just to look.)
in_table() { [ -e /proc/net/ip_vs ] && ipvsadm -S -n | grep -q -F -e "$1 "; }

# What up.sh wrote down of a setting; nothing where it did not run.
was() {
  [ -r "$record" ] || return 0
  while IFS= read -r line; do
    case $line in "$1 = "*) printf '%s\n' "${line#"$1 = "}" ;; esac
  done <"$record"
}

# A module that others use by now refuses to go, and stays.
unload_if_ours() {
  if [ "$(was "module $1")" = absent ]; then modprobe -r -q "$1" 2>/dev/null || :; fi
}

# wait_for_drain REAL-SERVER SERVICE...: until it has no active connections. All real servers
# together get this many seconds; what is still open after that is cut.
drain=${DRAIN:-30}
wait_for_drain() {
  real_server=$1
  shift
  while [ "$drain" -gt 0 ]; do
    active=$(ipvsadm -L -n "$@" | while read -r arrow address _ _ connections _; do
      [ "$arrow $address" != "-> $real_server" ] || printf '%s' "$connections"
    done)
    [ "${active:-0}" != 0 ] || return 0
    printf 'waiting for %s connections of %s\n' "$active" "$real_server"
    sleep 1
    drain=$((drain - 1))
  done
}

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
command -v modprobe >/dev/null || refuse 'modprobe is not installed'
command -v ipvsadm >/dev/null || refuse 'ipvsadm is not installed'
has_address eth0 192.0.2.2 || refuse 'eth0 here does not have 192.0.2.2'
has_address eth0 2001:db8:1::2 || refuse 'eth0 here does not have 2001:db8:1::2'

# No new connections for any real server, before the first of them goes.
if in_table '-a -t [2001:db8:1::100]:80 -r [fd00:2::12]:80'; then
  ipvsadm -e -t '[2001:db8:1::100]:80' -r '[fd00:2::12]:80' -i -w 0 --tun-type ipip
fi
if in_table '-a -t [2001:db8:1::100]:80 -r [fd00:1::11]:80'; then
  ipvsadm -e -t '[2001:db8:1::100]:80' -r '[fd00:1::11]:80' -i -w 0 --tun-type ipip
fi
if in_table '-a -t 192.0.2.100:80 -r 10.2.0.12:80'; then
  ipvsadm -e -t 192.0.2.100:80 -r 10.2.0.12:80 -i -w 0 --tun-type ipip
fi
if in_table '-a -t 192.0.2.100:80 -r 10.1.0.11:80'; then
  ipvsadm -e -t 192.0.2.100:80 -r 10.1.0.11:80 -i -w 0 --tun-type ipip
fi

# Each real server goes once its connections have ended.
if in_table '-a -t [2001:db8:1::100]:80 -r [fd00:2::12]:80'; then
  wait_for_drain '[fd00:2::12]:80' -t '[2001:db8:1::100]:80'
  ipvsadm -d -t '[2001:db8:1::100]:80' -r '[fd00:2::12]:80'
fi
if in_table '-a -t [2001:db8:1::100]:80 -r [fd00:1::11]:80'; then
  wait_for_drain '[fd00:1::11]:80' -t '[2001:db8:1::100]:80'
  ipvsadm -d -t '[2001:db8:1::100]:80' -r '[fd00:1::11]:80'
fi
if in_table '-a -t 192.0.2.100:80 -r 10.2.0.12:80'; then
  wait_for_drain 10.2.0.12:80 -t 192.0.2.100:80
  ipvsadm -d -t 192.0.2.100:80 -r 10.2.0.12:80
fi
if in_table '-a -t 192.0.2.100:80 -r 10.1.0.11:80'; then
  wait_for_drain 10.1.0.11:80 -t 192.0.2.100:80
  ipvsadm -d -t 192.0.2.100:80 -r 10.1.0.11:80
fi

# The VIPs.
if has_address eth0 2001:db8:1::100/128; then
  ip address del 2001:db8:1::100/128 dev eth0
fi
if has_address eth0 192.0.2.100/32; then
  ip address del 192.0.2.100/32 dev eth0
fi

# The services.
if in_table '-A -t [2001:db8:1::100]:80'; then
  ipvsadm -D -t '[2001:db8:1::100]:80'
fi
if in_table '-A -t 192.0.2.100:80'; then
  ipvsadm -D -t 192.0.2.100:80
fi

# Modules that were not loaded before.
unload_if_ours ip_vs_rr
unload_if_ours ip_vs

rm -f "$record"
rmdir "${record%/*}" 2>/dev/null || :
printf '%s is out of the cluster\n' "$host"
