#!/bin/sh
# Takes rs1 out of the LVS cluster tunnels again. Run it on rs1 as root: sh down.sh
# Only when no director sends anything here any longer: see README.txt.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=rs1
record=/var/lib/lvs-designer-manual/tunnels/rs1

refuse() {
  printf 'down.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

# has_fou FAMILY PORT: whether GUE is unpacked there.
has_fou() {
  case $1 in 6) set -- "port $2 gue -6" ;; *) set -- "port $2 gue" ;; esac
  ip fou show 2>/dev/null | grep -q -x -F -e "$1"
}

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

put_back_fou() {
  case $(was "fou $1 $2") in
  '') no_record "UDP port $2 of fou" ;;
  present) ;;
  *) if has_fou "$1" "$2"; then ip "-$1" fou del port "$2"; fi ;;
  esac
}

put_back_link() {
  case $(was "link $1") in
  '') no_record "$1" ;;
  up) ;;
  *) ip link set dev "$1" down 2>/dev/null || : ;; # no such device: as good as down
  esac
}

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
command -v sysctl >/dev/null || refuse 'sysctl is not installed'
has_address eth0 10.1.0.11 || refuse 'eth0 here does not have 10.1.0.11'
has_address eth0 fd00:1::11 || refuse 'eth0 here does not have fd00:1::11'

# The VIPs, before the settings that keep this host silent about them.
if has_address lvs-4in6-d868fa 192.0.2.110/32; then
  ip address del 192.0.2.110/32 dev lvs-4in6-d868fa
fi
if has_address lvs-gre6-d868fa 192.0.2.109/32; then
  ip address del 192.0.2.109/32 dev lvs-gre6-d868fa
fi
if has_address ip6tnl0 2001:db8:1::108/128; then
  ip address del 2001:db8:1::108/128 dev ip6tnl0
fi
if has_address sit0 2001:db8:1::107/128; then
  ip address del 2001:db8:1::107/128 dev sit0
fi
if has_address lvs-4in6-d868fa 192.0.2.106/32; then
  ip address del 192.0.2.106/32 dev lvs-4in6-d868fa
fi
if has_address tunl0 192.0.2.105/32; then
  ip address del 192.0.2.105/32 dev tunl0
fi
if has_address tunl0 192.0.2.104/32; then
  ip address del 192.0.2.104/32 dev tunl0
fi
if has_address tunl0 192.0.2.103/32; then
  ip address del 192.0.2.103/32 dev tunl0
fi
if has_address gre0 192.0.2.101/32; then
  ip address del 192.0.2.101/32 dev gre0
fi

# Devices, as they were before.
put_back_link lvs-gre6-d868fa
put_back_link ip6tnl0
put_back_link sit0
put_back_link lvs-4in6-d868fa
put_back_link tunl0
put_back_link gre0

# Settings of the kernel, as they were before.
put_back_sysctl net.ipv4.conf.lvs-gre6-d868fa.rp_filter
put_back_sysctl net.ipv4.conf.lvs-4in6-d868fa.rp_filter
put_back_sysctl net.ipv4.conf.tunl0.rp_filter
put_back_sysctl net.ipv4.conf.gre0.rp_filter
put_back_sysctl net.ipv4.conf.all.arp_announce
put_back_sysctl net.ipv4.conf.all.arp_ignore

# Tunnel devices that up.sh made.
if [ -e /sys/class/net/lvs-gre6-d868fa ]; then
  ip link del dev lvs-gre6-d868fa
fi
if [ -e /sys/class/net/lvs-4in6-d868fa ]; then
  ip link del dev lvs-4in6-d868fa
fi

# UDP ports at which GUE was unpacked.
put_back_fou 6 6080
put_back_fou 4 6090
put_back_fou 4 6080

# Loaded still: ip_gre, ipip, fou, ip6_tunnel, sit, ip6_gre; unloading a tunnel driver deletes every
# tunnel of its kind, whoever made it.

rm -f "$record"
rmdir "${record%/*}" 2>/dev/null || :
printf '%s is out of the cluster\n' "$host"
