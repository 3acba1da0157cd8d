#!/bin/sh
# Sets up rs2 for the LVS cluster tunnels. Run it on rs2 as root: sh up.sh
# It may be run again at any time; what is in place already stays as it is.
# The commands stand in the order they must run in, each with its reason above it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=rs2
record=/var/lib/lvs-designer-manual/tunnels/rs2

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

# has_fou FAMILY PORT: whether GUE is unpacked there.
has_fou() {
  case $1 in 6) set -- "port $2 gue -6" ;; *) set -- "port $2 gue" ;; esac
  ip fou show 2>/dev/null | grep -q -x -F -e "$1"
}

remember_fou() {
  if has_fou "$1" "$2"; then remember "fou $1 $2" present; else remember "fou $1 $2" absent; fi
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
remember_fou 4 6080
remember_fou 4 6090
remember_fou 6 6080
remember_sysctl net.ipv4.conf.all.arp_ignore
remember_sysctl net.ipv4.conf.all.arp_announce
remember_sysctl net.ipv4.conf.gre0.rp_filter
remember_sysctl net.ipv4.conf.tunl0.rp_filter
remember_sysctl net.ipv4.conf.lvs-4in6-8bb92f.rp_filter
remember_sysctl net.ipv4.conf.lvs-gre6-8bb92f.rp_filter
remember_link gre0
remember_link tunl0
remember_link lvs-4in6-8bb92f
remember_link sit0
remember_link ip6tnl0
remember_link lvs-gre6-8bb92f

# Unpacks the tunnel (gre, gue, gue-csum and 6 more).
modprobe ip_gre
modprobe ipip
modprobe fou
modprobe ip6_tunnel
modprobe sit
modprobe ip6_gre

# The kernel unpacks GUE only at UDP ports it is told (gue, gue-csum, gue-remcsum and gue-in-six).
has_fou 4 6080 ||
  ip -4 fou add port 6080 gue
has_fou 4 6090 ||
  ip -4 fou add port 6090 gue
has_fou 6 6080 ||
  ip -6 fou add port 6080 gue

# The device that comes with the module takes no IPv4 out of IPv6 (four-in-six and gue-in-six).
[ -e /sys/class/net/lvs-4in6-8bb92f ] ||
  ip link add name lvs-4in6-8bb92f type ip6tnl mode any local fd00:2::12 remote any

# A GRE device takes packets with a checksum only where it asks for them, and only those
# (gre-in-six).
[ -e /sys/class/net/lvs-gre6-8bb92f ] ||
  ip link add name lvs-gre6-8bb92f type ip6gre local fd00:2::12 remote any icsum

# Only the director may answer ARP for the VIP (gre, gue, gue-csum and 4 more).
sysctl -q -w net.ipv4.conf.all.arp_ignore=1

# The real server must never put the VIP into an ARP request, or neighbours learn it (gre, gue,
# gue-csum and 4 more).
sysctl -q -w net.ipv4.conf.all.arp_announce=2

# Requests come out of the tunnel with the client as source, which is routed elsewhere; strict drops
# them (gre, gue, gue-csum and 4 more).
sysctl -q -w net.ipv4.conf.gre0.rp_filter=2
sysctl -q -w net.ipv4.conf.tunl0.rp_filter=2
sysctl -q -w net.ipv4.conf.lvs-4in6-8bb92f.rp_filter=2
sysctl -q -w net.ipv4.conf.lvs-gre6-8bb92f.rp_filter=2

# A tunnel device that is down unpacks nothing (gre, gue, gue-csum and 6 more).
ip link set dev gre0 up
ip link set dev tunl0 up
ip link set dev lvs-4in6-8bb92f up
ip link set dev sit0 up
ip link set dev ip6tnl0 up
ip link set dev lvs-gre6-8bb92f up

# The unpacked request is for the VIP and must be taken as local (gre, gue, gue-csum and 6 more).
# nodad: other hosts of the cluster have this address too. preferred_lft 0: it is never chosen as
# source.
ip address replace 192.0.2.101/32 dev gre0
ip address replace 192.0.2.103/32 dev tunl0
ip address replace 192.0.2.104/32 dev tunl0
ip address replace 192.0.2.105/32 dev tunl0
ip address replace 192.0.2.106/32 dev lvs-4in6-8bb92f
ip address replace 2001:db8:1::107/128 dev sit0 nodad preferred_lft 0
ip address replace 2001:db8:1::108/128 dev ip6tnl0 nodad preferred_lft 0
ip address replace 192.0.2.109/32 dev lvs-gre6-8bb92f
ip address replace 192.0.2.110/32 dev lvs-4in6-8bb92f

printf '%s is set up\n' "$host"
