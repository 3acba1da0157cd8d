#!/bin/sh
# Sets up rs3 for the LVS cluster tunnels. Run it on rs3 as root: sh up.sh
# It may be run again at any time; what is in place already stays as it is.
# The commands stand in the order they must run in, each with its reason above it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=rs3
record=/var/lib/lvs-designer-manual/tunnels/rs3

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
has_address eth0 192.0.2.13 || refuse 'eth0 here does not have 192.0.2.13'
has_address eth0 2001:db8:1::13 || refuse 'eth0 here does not have 2001:db8:1::13'

# What is there before the first run is written down, so that down.sh can put it back.
mkdir -p "${record%/*}"
touch "$record"
remember_sysctl net.ipv4.conf.all.arp_ignore
remember_sysctl net.ipv4.conf.all.arp_announce
remember_sysctl net.ipv4.conf.lvs-gre-3eaef8.rp_filter
remember_link lvs-gre-3eaef8

# Unpacks the tunnel (gre-csum).
modprobe ip_gre

# A GRE device takes packets with a checksum only where it asks for them, and only those (gre-csum).
[ -e /sys/class/net/lvs-gre-3eaef8 ] ||
  ip link add name lvs-gre-3eaef8 type gre local 192.0.2.13 remote any icsum

# Only the director may answer ARP for the VIP (gre-csum and marked).
sysctl -q -w net.ipv4.conf.all.arp_ignore=1

# The real server must never put the VIP into an ARP request, or neighbours learn it (gre-csum and
# marked).
sysctl -q -w net.ipv4.conf.all.arp_announce=2

# Requests come out of the tunnel with the client as source, which is routed elsewhere; strict drops
# them (gre-csum).
sysctl -q -w net.ipv4.conf.lvs-gre-3eaef8.rp_filter=2

# A tunnel device that is down unpacks nothing (gre-csum).
ip link set dev lvs-gre-3eaef8 up

# The unpacked request is for the VIP and must be taken as local (gre-csum).
ip address replace 192.0.2.102/32 dev lvs-gre-3eaef8

# Packets arrive with the VIP as destination and must be taken as local (marked and marked6).
# nodad: other hosts of the cluster have this address too. preferred_lft 0: it is never chosen as
# source.
ip address replace 192.0.2.120/32 dev lo
ip address replace 2001:db8:1::121/128 dev lo nodad preferred_lft 0

printf '%s is set up\n' "$host"
