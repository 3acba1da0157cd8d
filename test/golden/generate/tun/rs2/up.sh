#!/bin/sh
# Sets up rs2 for the LVS cluster shop-tun. Run it on rs2 as root: sh up.sh
# It may be run again at any time; what is in place already stays as it is.
# The commands stand in the order they must run in, each with its reason above it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=rs2
record=/var/lib/lvs-designer-manual/shop-tun/rs2

refuse() {
  printf 'up.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

remember() { grep -q -F -e "$1 = " "$record" || printf '%s = %s\n' "$1" "$2" >>"$record"; }

remember_sysctl() { remember "sysctl $1" "$(sysctl -n "$1" 2>/dev/null || echo absent)"; }

remember_link() {
  # (Asked for a tunnel device that is not there, ip would load its driver.)
  if [ ! -e "/sys/class/net/$1" ]; then
    remember "link $1" absent
  else
    case $(ip -o link show dev "$1") in
    *[\<,]UP[,\>]*) remember "link $1" up ;;
    *) remember "link $1" down ;;
    esac
  fi
}

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
command -v modprobe >/dev/null || refuse 'modprobe is not installed'
command -v sysctl >/dev/null || refuse 'sysctl is not installed'
has_address eth0 10.2.0.12 || refuse 'eth0 here does not have 10.2.0.12'
has_address eth0 fd00:2::12 || refuse 'eth0 here does not have fd00:2::12'

# What is there before the first run is written down, so that down.sh can put it back.
mkdir -p "${record%/*}"
touch "$record"
remember_sysctl net.ipv4.conf.all.arp_ignore
remember_sysctl net.ipv4.conf.all.arp_announce
remember_sysctl net.ipv4.conf.tunl0.rp_filter
remember_link tunl0
remember_link ip6tnl0

# Unpacks the tunnel (web and web6).
modprobe ipip
modprobe ip6_tunnel

# Only the director may answer ARP for the VIP (web).
sysctl -q -w net.ipv4.conf.all.arp_ignore=1

# The real server must never put the VIP into an ARP request, or neighbours learn it (web).
sysctl -q -w net.ipv4.conf.all.arp_announce=2

# Requests come out of the tunnel with the client as source, which is routed elsewhere; strict drops
# them (web).
sysctl -q -w net.ipv4.conf.tunl0.rp_filter=2

# A tunnel device that is down unpacks nothing (web and web6).
ip link set dev tunl0 up
ip link set dev ip6tnl0 up

# The unpacked request is for the VIP and must be taken as local (web and web6).
# nodad: other hosts of the cluster have this address too. preferred_lft 0: it is never chosen as
# source.
ip address replace 192.0.2.100/32 dev tunl0
ip address replace 2001:db8:1::100/128 dev ip6tnl0 nodad preferred_lft 0

printf '%s is set up\n' "$host"
