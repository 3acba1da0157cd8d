#!/bin/sh
# Takes rs4 out of the LVS cluster tunnels again. Run it on rs4 as root: sh down.sh
# Only when no director sends anything here any longer: see README.txt.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=rs4
record=/var/lib/lvs-designer-manual/tunnels/rs4

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
has_address eth0 192.0.2.14 || refuse 'eth0 here does not have 192.0.2.14'
has_address eth0 2001:db8:1::14 || refuse 'eth0 here does not have 2001:db8:1::14'

# The VIPs, before the settings that keep this host silent about them.
if has_address lo 2001:db8:1::121/128; then
  ip address del 2001:db8:1::121/128 dev lo
fi
if has_address lo 192.0.2.120/32; then
  ip address del 192.0.2.120/32 dev lo
fi
if has_address lvs-gre-3faefa 192.0.2.102/32; then
  ip address del 192.0.2.102/32 dev lvs-gre-3faefa
fi

# Devices, as they were before.
put_back_link lvs-gre-3faefa

# Settings of the kernel, as they were before.
put_back_sysctl net.ipv4.conf.lvs-gre-3faefa.rp_filter
put_back_sysctl net.ipv4.conf.all.arp_announce
put_back_sysctl net.ipv4.conf.all.arp_ignore

# Tunnel devices that up.sh made.
if [ -e /sys/class/net/lvs-gre-3faefa ]; then
  ip link del dev lvs-gre-3faefa
fi

# Loaded still: ip_gre; unloading a tunnel driver deletes every tunnel of its kind, whoever made it.

rm -f "$record"
rmdir "${record%/*}" 2>/dev/null || :
printf '%s is out of the cluster\n' "$host"
