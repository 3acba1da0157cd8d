#!/bin/sh
# Sets up lb1 for the LVS cluster shop-dr. Run it on lb1 as root: sh up.sh
# It may be run again at any time; what is in place already stays as it is.
# The commands stand in the order they must run in, each with its reason above it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=lb1
record=/var/lib/lvs-designer-manual/shop-dr/lb1

refuse() {
  printf 'up.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

# Whether the IPVS table has a line that begins like this. (ipvsadm would load ip_vs just to look.)
in_table() { [ -e /proc/net/ip_vs ] && ipvsadm -S -n | grep -q -F -e "$1 "; }

remember() { grep -q -F -e "$1 = " "$record" || printf '%s = %s\n' "$1" "$2" >>"$record"; }

remember_module() {
  if [ -d "/sys/module/$1" ]; then remember "module $1" loaded; else remember "module $1" absent; fi
}

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
command -v modprobe >/dev/null || refuse 'modprobe is not installed'
command -v ipvsadm >/dev/null || refuse 'ipvsadm is not installed'
has_address eth0 192.0.2.2 || refuse 'eth0 here does not have 192.0.2.2'
has_address eth0 2001:db8:1::2 || refuse 'eth0 here does not have 2001:db8:1::2'

# What is there before the first run is written down, so that down.sh can put it back.
mkdir -p "${record%/*}"
touch "$record"
remember_module ip_vs
remember_module ip_vs_rr

# The load balancer of the kernel (web and web6).
modprobe ip_vs

# The scheduler rr (web and web6).
modprobe ip_vs_rr

# The services web and web6.
ipvsadm -E -t 192.0.2.100:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.100:80 -s rr
ipvsadm -E -t '[2001:db8:1::100]:80' -s rr 2>/dev/null ||
  ipvsadm -A -t '[2001:db8:1::100]:80' -s rr

# Real servers start at weight 0: they are sent nothing before all the rest is in place.
in_table '-a -t 192.0.2.100:80 -r 192.0.2.11:80' ||
  ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 0
in_table '-a -t 192.0.2.100:80 -r 192.0.2.12:80' ||
  ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.12:80 -g -w 0
in_table '-a -t [2001:db8:1::100]:80 -r [2001:db8:1::11]:80' ||
  ipvsadm -a -t '[2001:db8:1::100]:80' -r '[2001:db8:1::11]:80' -g -w 0
in_table '-a -t [2001:db8:1::100]:80 -r [2001:db8:1::12]:80' ||
  ipvsadm -a -t '[2001:db8:1::100]:80' -r '[2001:db8:1::12]:80' -g -w 0

# IPVS sees only packets for a local address (LOCAL_IN hook), so the VIP must be one (web and web6).
# nodad: other hosts of the cluster have this address too. preferred_lft 0: it is never chosen as
# source.
ip address replace 192.0.2.100/32 dev eth0
ip address replace 2001:db8:1::100/128 dev eth0 nodad preferred_lft 0

# All the rest is in place: from here on the real servers are sent requests.
ipvsadm -e -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1
ipvsadm -e -t 192.0.2.100:80 -r 192.0.2.12:80 -g -w 1
ipvsadm -e -t '[2001:db8:1::100]:80' -r '[2001:db8:1::11]:80' -g -w 1
ipvsadm -e -t '[2001:db8:1::100]:80' -r '[2001:db8:1::12]:80' -g -w 1

printf '%s is set up\n' "$host"
