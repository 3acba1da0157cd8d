#!/bin/sh
# Takes lb1 out of the LVS cluster tunnels again. Run it on lb1 as root: sh down.sh
# Open connections get 30 seconds to end; DRAIN=600 sh down.sh gives them ten minutes.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=lb1
record=/var/lib/lvs-designer-manual/tunnels/lb1
table=lvs-designer-tunnels

refuse() {
  printf 'down.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

# Whether the IPVS table has a line that begins like this. (ipvsadm would load ip_vs just to look.)
in_table() { [ -e /proc/net/ip_vs ] && ipvsadm -S -n | grep -q -F -e "$1 "; }

unmark_packets() {
  nft list chain inet "$table" "$1" >/dev/null 2>&1 || return 0
  nft "flush chain inet $table $1; delete chain inet $table $1"
  # The table has its two brackets and nothing else.
  [ "$(nft list table inet "$table" | grep -c .)" -gt 2 ] || nft "delete table inet $table"
}

# stop_masquerading PROTOCOL VIP [PORT]
stop_masquerading() {
  case $2 in *:*) chain=masquerade-$1-ipv6 ;; *) chain=masquerade-$1-ipv4 ;; esac
  element="$chain-every-port { $2 }"
  [ $# = 2 ] || element="$chain { $2 . $3 }"
  nft "delete element inet $table $element" 2>/dev/null || :
}

# end_masquerading CHAIN: it goes where no service is left in its sets, and the table with its last chain.
end_masquerading() {
  nft list chain inet "$table" "$1" >/dev/null 2>&1 || return 0
  for set in "$1" "$1-every-port"; do
    ! nft list set inet "$table" "$set" | grep -q 'elements =' || return 0
  done
  nft "flush chain inet $table $1; delete chain inet $table $1
    delete set inet $table $1; delete set inet $table $1-every-port; delete set inet $table $1-vips"
  # The table has its two brackets and nothing else.
  [ "$(nft list table inet "$table" | grep -c .)" -gt 2 ] || nft "delete table inet $table"
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
command -v sysctl >/dev/null || refuse 'sysctl is not installed'
command -v ipvsadm >/dev/null || refuse 'ipvsadm is not installed'
command -v nft >/dev/null || refuse 'nft is not installed'
has_address eth0 192.0.2.2 || refuse 'eth0 here does not have 192.0.2.2'
has_address eth0 2001:db8:1::2 || refuse 'eth0 here does not have 2001:db8:1::2'

# No new connections for any real server, before the first of them goes.
if in_table '-a -f 18 -6 -r [2001:db8:1::14]:0'; then
  ipvsadm -e -f 18 -6 -r '[2001:db8:1::14]:0' -g -w 0
fi
if in_table '-a -f 18 -6 -r [2001:db8:1::13]:0'; then
  ipvsadm -e -f 18 -6 -r '[2001:db8:1::13]:0' -g -w 0
fi
if in_table '-a -f 17 -r 192.0.2.14:0'; then
  ipvsadm -e -f 17 -r 192.0.2.14:0 -g -w 0
fi
if in_table '-a -f 17 -r 192.0.2.13:0'; then
  ipvsadm -e -f 17 -r 192.0.2.13:0 -g -w 0
fi
if in_table '-a -t [2001:db8:1::112]:80 -r [fd00:2::12]:80'; then
  ipvsadm -e -t '[2001:db8:1::112]:80' -r '[fd00:2::12]:80' -m -w 0
fi
if in_table '-a -t [2001:db8:1::112]:80 -r [fd00:1::11]:80'; then
  ipvsadm -e -t '[2001:db8:1::112]:80' -r '[fd00:1::11]:80' -m -w 0
fi
if in_table '-a -t 192.0.2.111:80 -r 10.2.0.12:8080'; then
  ipvsadm -e -t 192.0.2.111:80 -r 10.2.0.12:8080 -m -w 0
fi
if in_table '-a -t 192.0.2.111:80 -r 10.1.0.11:8080'; then
  ipvsadm -e -t 192.0.2.111:80 -r 10.1.0.11:8080 -m -w 0
fi
if in_table '-a -t 192.0.2.110:80 -r [fd00:2::12]:80'; then
  ipvsadm -e -t 192.0.2.110:80 -r '[fd00:2::12]:80' -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
fi
if in_table '-a -t 192.0.2.110:80 -r [fd00:1::11]:80'; then
  ipvsadm -e -t 192.0.2.110:80 -r '[fd00:1::11]:80' -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
fi
if in_table '-a -t 192.0.2.109:80 -r [fd00:2::12]:80'; then
  ipvsadm -e -t 192.0.2.109:80 -r '[fd00:2::12]:80' -i -w 0 --tun-type gre --tun-csum
fi
if in_table '-a -t 192.0.2.109:80 -r [fd00:1::11]:80'; then
  ipvsadm -e -t 192.0.2.109:80 -r '[fd00:1::11]:80' -i -w 0 --tun-type gre --tun-csum
fi
if in_table '-a -t [2001:db8:1::108]:80 -r [fd00:2::12]:80'; then
  ipvsadm -e -t '[2001:db8:1::108]:80' -r '[fd00:2::12]:80' -i -w 0 --tun-type ipip
fi
if in_table '-a -t [2001:db8:1::108]:80 -r [fd00:1::11]:80'; then
  ipvsadm -e -t '[2001:db8:1::108]:80' -r '[fd00:1::11]:80' -i -w 0 --tun-type ipip
fi
if in_table '-a -t [2001:db8:1::107]:80 -r 10.2.0.12:80'; then
  ipvsadm -e -t '[2001:db8:1::107]:80' -r 10.2.0.12:80 -i -w 0 --tun-type ipip
fi
if in_table '-a -t [2001:db8:1::107]:80 -r 10.1.0.11:80'; then
  ipvsadm -e -t '[2001:db8:1::107]:80' -r 10.1.0.11:80 -i -w 0 --tun-type ipip
fi
if in_table '-a -t 192.0.2.106:80 -r [fd00:2::12]:80'; then
  ipvsadm -e -t 192.0.2.106:80 -r '[fd00:2::12]:80' -i -w 0 --tun-type ipip
fi
if in_table '-a -t 192.0.2.106:80 -r [fd00:1::11]:80'; then
  ipvsadm -e -t 192.0.2.106:80 -r '[fd00:1::11]:80' -i -w 0 --tun-type ipip
fi
if in_table '-a -t 192.0.2.105:80 -r 10.2.0.12:80'; then
  ipvsadm -e -t 192.0.2.105:80 -r 10.2.0.12:80 -i -w 0 --tun-type gue --tun-port 6090 --tun-remcsum
fi
if in_table '-a -t 192.0.2.105:80 -r 10.1.0.11:80'; then
  ipvsadm -e -t 192.0.2.105:80 -r 10.1.0.11:80 -i -w 0 --tun-type gue --tun-port 6090 --tun-remcsum
fi
if in_table '-a -t 192.0.2.104:80 -r 10.2.0.12:80'; then
  ipvsadm -e -t 192.0.2.104:80 -r 10.2.0.12:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum
fi
if in_table '-a -t 192.0.2.104:80 -r 10.1.0.11:80'; then
  ipvsadm -e -t 192.0.2.104:80 -r 10.1.0.11:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum
fi
if in_table '-a -t 192.0.2.103:80 -r 10.2.0.12:80'; then
  ipvsadm -e -t 192.0.2.103:80 -r 10.2.0.12:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
fi
if in_table '-a -t 192.0.2.103:80 -r 10.1.0.11:80'; then
  ipvsadm -e -t 192.0.2.103:80 -r 10.1.0.11:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
fi
if in_table '-a -t 192.0.2.102:80 -r 192.0.2.14:80'; then
  ipvsadm -e -t 192.0.2.102:80 -r 192.0.2.14:80 -i -w 0 --tun-type gre --tun-csum
fi
if in_table '-a -t 192.0.2.102:80 -r 192.0.2.13:80'; then
  ipvsadm -e -t 192.0.2.102:80 -r 192.0.2.13:80 -i -w 0 --tun-type gre --tun-csum
fi
if in_table '-a -t 192.0.2.101:80 -r 10.2.0.12:80'; then
  ipvsadm -e -t 192.0.2.101:80 -r 10.2.0.12:80 -i -w 0 --tun-type gre --tun-nocsum
fi
if in_table '-a -t 192.0.2.101:80 -r 10.1.0.11:80'; then
  ipvsadm -e -t 192.0.2.101:80 -r 10.1.0.11:80 -i -w 0 --tun-type gre --tun-nocsum
fi

# Each real server goes once its connections have ended.
if in_table '-a -f 18 -6 -r [2001:db8:1::14]:0'; then
  wait_for_drain '[2001:db8:1::14]:0' -f 18 -6
  ipvsadm -d -f 18 -6 -r '[2001:db8:1::14]:0'
fi
if in_table '-a -f 18 -6 -r [2001:db8:1::13]:0'; then
  wait_for_drain '[2001:db8:1::13]:0' -f 18 -6
  ipvsadm -d -f 18 -6 -r '[2001:db8:1::13]:0'
fi
if in_table '-a -f 17 -r 192.0.2.14:0'; then
  wait_for_drain 192.0.2.14:0 -f 17
  ipvsadm -d -f 17 -r 192.0.2.14:0
fi
if in_table '-a -f 17 -r 192.0.2.13:0'; then
  wait_for_drain 192.0.2.13:0 -f 17
  ipvsadm -d -f 17 -r 192.0.2.13:0
fi
if in_table '-a -t [2001:db8:1::112]:80 -r [fd00:2::12]:80'; then
  wait_for_drain '[fd00:2::12]:80' -t '[2001:db8:1::112]:80'
  ipvsadm -d -t '[2001:db8:1::112]:80' -r '[fd00:2::12]:80'
fi
if in_table '-a -t [2001:db8:1::112]:80 -r [fd00:1::11]:80'; then
  wait_for_drain '[fd00:1::11]:80' -t '[2001:db8:1::112]:80'
  ipvsadm -d -t '[2001:db8:1::112]:80' -r '[fd00:1::11]:80'
fi
if in_table '-a -t 192.0.2.111:80 -r 10.2.0.12:8080'; then
  wait_for_drain 10.2.0.12:8080 -t 192.0.2.111:80
  ipvsadm -d -t 192.0.2.111:80 -r 10.2.0.12:8080
fi
if in_table '-a -t 192.0.2.111:80 -r 10.1.0.11:8080'; then
  wait_for_drain 10.1.0.11:8080 -t 192.0.2.111:80
  ipvsadm -d -t 192.0.2.111:80 -r 10.1.0.11:8080
fi
if in_table '-a -t 192.0.2.110:80 -r [fd00:2::12]:80'; then
  wait_for_drain '[fd00:2::12]:80' -t 192.0.2.110:80
  ipvsadm -d -t 192.0.2.110:80 -r '[fd00:2::12]:80'
fi
if in_table '-a -t 192.0.2.110:80 -r [fd00:1::11]:80'; then
  wait_for_drain '[fd00:1::11]:80' -t 192.0.2.110:80
  ipvsadm -d -t 192.0.2.110:80 -r '[fd00:1::11]:80'
fi
if in_table '-a -t 192.0.2.109:80 -r [fd00:2::12]:80'; then
  wait_for_drain '[fd00:2::12]:80' -t 192.0.2.109:80
  ipvsadm -d -t 192.0.2.109:80 -r '[fd00:2::12]:80'
fi
if in_table '-a -t 192.0.2.109:80 -r [fd00:1::11]:80'; then
  wait_for_drain '[fd00:1::11]:80' -t 192.0.2.109:80
  ipvsadm -d -t 192.0.2.109:80 -r '[fd00:1::11]:80'
fi
if in_table '-a -t [2001:db8:1::108]:80 -r [fd00:2::12]:80'; then
  wait_for_drain '[fd00:2::12]:80' -t '[2001:db8:1::108]:80'
  ipvsadm -d -t '[2001:db8:1::108]:80' -r '[fd00:2::12]:80'
fi
if in_table '-a -t [2001:db8:1::108]:80 -r [fd00:1::11]:80'; then
  wait_for_drain '[fd00:1::11]:80' -t '[2001:db8:1::108]:80'
  ipvsadm -d -t '[2001:db8:1::108]:80' -r '[fd00:1::11]:80'
fi
if in_table '-a -t [2001:db8:1::107]:80 -r 10.2.0.12:80'; then
  wait_for_drain 10.2.0.12:80 -t '[2001:db8:1::107]:80'
  ipvsadm -d -t '[2001:db8:1::107]:80' -r 10.2.0.12:80
fi
if in_table '-a -t [2001:db8:1::107]:80 -r 10.1.0.11:80'; then
  wait_for_drain 10.1.0.11:80 -t '[2001:db8:1::107]:80'
  ipvsadm -d -t '[2001:db8:1::107]:80' -r 10.1.0.11:80
fi
if in_table '-a -t 192.0.2.106:80 -r [fd00:2::12]:80'; then
  wait_for_drain '[fd00:2::12]:80' -t 192.0.2.106:80
  ipvsadm -d -t 192.0.2.106:80 -r '[fd00:2::12]:80'
fi
if in_table '-a -t 192.0.2.106:80 -r [fd00:1::11]:80'; then
  wait_for_drain '[fd00:1::11]:80' -t 192.0.2.106:80
  ipvsadm -d -t 192.0.2.106:80 -r '[fd00:1::11]:80'
fi
if in_table '-a -t 192.0.2.105:80 -r 10.2.0.12:80'; then
  wait_for_drain 10.2.0.12:80 -t 192.0.2.105:80
  ipvsadm -d -t 192.0.2.105:80 -r 10.2.0.12:80
fi
if in_table '-a -t 192.0.2.105:80 -r 10.1.0.11:80'; then
  wait_for_drain 10.1.0.11:80 -t 192.0.2.105:80
  ipvsadm -d -t 192.0.2.105:80 -r 10.1.0.11:80
fi
if in_table '-a -t 192.0.2.104:80 -r 10.2.0.12:80'; then
  wait_for_drain 10.2.0.12:80 -t 192.0.2.104:80
  ipvsadm -d -t 192.0.2.104:80 -r 10.2.0.12:80
fi
if in_table '-a -t 192.0.2.104:80 -r 10.1.0.11:80'; then
  wait_for_drain 10.1.0.11:80 -t 192.0.2.104:80
  ipvsadm -d -t 192.0.2.104:80 -r 10.1.0.11:80
fi
if in_table '-a -t 192.0.2.103:80 -r 10.2.0.12:80'; then
  wait_for_drain 10.2.0.12:80 -t 192.0.2.103:80
  ipvsadm -d -t 192.0.2.103:80 -r 10.2.0.12:80
fi
if in_table '-a -t 192.0.2.103:80 -r 10.1.0.11:80'; then
  wait_for_drain 10.1.0.11:80 -t 192.0.2.103:80
  ipvsadm -d -t 192.0.2.103:80 -r 10.1.0.11:80
fi
if in_table '-a -t 192.0.2.102:80 -r 192.0.2.14:80'; then
  wait_for_drain 192.0.2.14:80 -t 192.0.2.102:80
  ipvsadm -d -t 192.0.2.102:80 -r 192.0.2.14:80
fi
if in_table '-a -t 192.0.2.102:80 -r 192.0.2.13:80'; then
  wait_for_drain 192.0.2.13:80 -t 192.0.2.102:80
  ipvsadm -d -t 192.0.2.102:80 -r 192.0.2.13:80
fi
if in_table '-a -t 192.0.2.101:80 -r 10.2.0.12:80'; then
  wait_for_drain 10.2.0.12:80 -t 192.0.2.101:80
  ipvsadm -d -t 192.0.2.101:80 -r 10.2.0.12:80
fi
if in_table '-a -t 192.0.2.101:80 -r 10.1.0.11:80'; then
  wait_for_drain 10.1.0.11:80 -t 192.0.2.101:80
  ipvsadm -d -t 192.0.2.101:80 -r 10.1.0.11:80
fi

# The VIPs.
if has_address eth0 2001:db8:1::121/128; then
  ip address del 2001:db8:1::121/128 dev eth0
fi
if has_address eth0 192.0.2.120/32; then
  ip address del 192.0.2.120/32 dev eth0
fi
if has_address eth0 2001:db8:1::112/128; then
  ip address del 2001:db8:1::112/128 dev eth0
fi
if has_address eth0 192.0.2.111/32; then
  ip address del 192.0.2.111/32 dev eth0
fi
if has_address eth0 192.0.2.110/32; then
  ip address del 192.0.2.110/32 dev eth0
fi
if has_address eth0 192.0.2.109/32; then
  ip address del 192.0.2.109/32 dev eth0
fi
if has_address eth0 2001:db8:1::108/128; then
  ip address del 2001:db8:1::108/128 dev eth0
fi
if has_address eth0 2001:db8:1::107/128; then
  ip address del 2001:db8:1::107/128 dev eth0
fi
if has_address eth0 192.0.2.106/32; then
  ip address del 192.0.2.106/32 dev eth0
fi
if has_address eth0 192.0.2.105/32; then
  ip address del 192.0.2.105/32 dev eth0
fi
if has_address eth0 192.0.2.104/32; then
  ip address del 192.0.2.104/32 dev eth0
fi
if has_address eth0 192.0.2.103/32; then
  ip address del 192.0.2.103/32 dev eth0
fi
if has_address eth0 192.0.2.102/32; then
  ip address del 192.0.2.102/32 dev eth0
fi
if has_address eth0 192.0.2.101/32; then
  ip address del 192.0.2.101/32 dev eth0
fi

# Masquerading, and the table of nftables with the last of it.
stop_masquerading tcp 2001:db8:1::112 80
stop_masquerading tcp 192.0.2.111 80
end_masquerading masquerade-tcp-ipv6
end_masquerading masquerade-tcp-ipv4

# The marks, and the table of nftables with the last of them.
unmark_packets mark-18-ipv6
unmark_packets mark-17-ipv4

# The services.
if in_table '-A -f 18 -6'; then
  ipvsadm -D -f 18 -6
fi
if in_table '-A -f 17'; then
  ipvsadm -D -f 17
fi
if in_table '-A -t [2001:db8:1::112]:80'; then
  ipvsadm -D -t '[2001:db8:1::112]:80'
fi
if in_table '-A -t 192.0.2.111:80'; then
  ipvsadm -D -t 192.0.2.111:80
fi
if in_table '-A -t 192.0.2.110:80'; then
  ipvsadm -D -t 192.0.2.110:80
fi
if in_table '-A -t 192.0.2.109:80'; then
  ipvsadm -D -t 192.0.2.109:80
fi
if in_table '-A -t [2001:db8:1::108]:80'; then
  ipvsadm -D -t '[2001:db8:1::108]:80'
fi
if in_table '-A -t [2001:db8:1::107]:80'; then
  ipvsadm -D -t '[2001:db8:1::107]:80'
fi
if in_table '-A -t 192.0.2.106:80'; then
  ipvsadm -D -t 192.0.2.106:80
fi
if in_table '-A -t 192.0.2.105:80'; then
  ipvsadm -D -t 192.0.2.105:80
fi
if in_table '-A -t 192.0.2.104:80'; then
  ipvsadm -D -t 192.0.2.104:80
fi
if in_table '-A -t 192.0.2.103:80'; then
  ipvsadm -D -t 192.0.2.103:80
fi
if in_table '-A -t 192.0.2.102:80'; then
  ipvsadm -D -t 192.0.2.102:80
fi
if in_table '-A -t 192.0.2.101:80'; then
  ipvsadm -D -t 192.0.2.101:80
fi

# Settings of the kernel, as they were before.
put_back_sysctl net.ipv6.conf.all.forwarding
put_back_sysctl net.ipv4.vs.conntrack
put_back_sysctl net.ipv4.ip_forward

# Modules that were not loaded before.
unload_if_ours ip_vs_rr
unload_if_ours ip_vs

rm -f "$record"
rmdir "${record%/*}" 2>/dev/null || :
printf '%s is out of the cluster\n' "$host"
