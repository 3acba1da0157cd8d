#!/bin/sh
# Sets up lb1 for the LVS cluster tunnels. Run it on lb1 as root: sh up.sh
# It may be run again at any time; what is in place already stays as it is.
# The commands stand in the order they must run in, each with its reason above it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=lb1
record=/var/lib/lvs-designer-manual/tunnels/lb1
table=lvs-designer-tunnels

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

remember_sysctl() { remember "sysctl $1" "$(sysctl -n "$1" 2>/dev/null || echo absent)"; }

# mark_packets CHAIN RULE: one transaction; before anything that routes or filters by default.
mark_packets() {
  nft "add table inet $table
    add chain inet $table $1 { type filter hook prerouting priority mangle; policy accept; }
    flush chain inet $table $1
    add rule inet $table $1 $2"
}

# masquerade PROTOCOL VIP [PORT]: one transaction. The rules go by what clients asked for, which conntrack keeps; what is
# for a VIP still was not sent by NAT.
masquerade() {
  case $2 in *:*) family=ipv6 ip=ip6 ;; *) family=ipv4 ip=ip ;; esac
  chain=masquerade-$1-$family
  asked="meta l4proto $1 ct original $ip daddr"
  element="$chain-every-port { $2 }"
  [ $# = 2 ] || element="$chain { $2 . $3 }"
  nft "add table inet $table
    add set inet $table $chain { type ${family}_addr . inet_service; }
    add set inet $table $chain-every-port { type ${family}_addr; }
    add set inet $table $chain-vips { type ${family}_addr; }
    add chain inet $table $chain { type nat hook postrouting priority srcnat; policy accept; }
    flush chain inet $table $chain
    add rule inet $table $chain $ip daddr @$chain-vips return
    add rule inet $table $chain $asked . ct original proto-dst @$chain masquerade
    add rule inet $table $chain $asked @$chain-every-port masquerade
    add element inet $table $chain-vips { $2 }
    add element inet $table $element"
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

# What is there before the first run is written down, so that down.sh can put it back.
mkdir -p "${record%/*}"
touch "$record"
remember_module ip_vs
remember_module ip_vs_rr
remember_sysctl net.ipv4.ip_forward
remember_sysctl net.ipv4.vs.conntrack
remember_sysctl net.ipv6.conf.all.forwarding

# The load balancer of the kernel (gre, gre-csum, gue and 11 more).
modprobe ip_vs

# The scheduler rr (gre, gre-csum, gue and 11 more).
modprobe ip_vs_rr

# Replies of a NAT service are forwarded packets; IPVS rewrites them in the FORWARD hook
# (masqueraded).
sysctl -q -w net.ipv4.ip_forward=1

# Masquerading is done to connections of conntrack, which otherwise knows nothing of those of IPVS
# (masqueraded and masqueraded6).
sysctl -q -w net.ipv4.vs.conntrack=1

# Replies of a NAT service are forwarded packets; IPVS rewrites them in the FORWARD hook
# (masqueraded6).
sysctl -q -w net.ipv6.conf.all.forwarding=1

# The services gre, gre-csum, gue and 11 more.
ipvsadm -E -t 192.0.2.101:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.101:80 -s rr
ipvsadm -E -t 192.0.2.102:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.102:80 -s rr
ipvsadm -E -t 192.0.2.103:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.103:80 -s rr
ipvsadm -E -t 192.0.2.104:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.104:80 -s rr
ipvsadm -E -t 192.0.2.105:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.105:80 -s rr
ipvsadm -E -t 192.0.2.106:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.106:80 -s rr
ipvsadm -E -t '[2001:db8:1::107]:80' -s rr 2>/dev/null ||
  ipvsadm -A -t '[2001:db8:1::107]:80' -s rr
ipvsadm -E -t '[2001:db8:1::108]:80' -s rr 2>/dev/null ||
  ipvsadm -A -t '[2001:db8:1::108]:80' -s rr
ipvsadm -E -t 192.0.2.109:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.109:80 -s rr
ipvsadm -E -t 192.0.2.110:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.110:80 -s rr
ipvsadm -E -t 192.0.2.111:80 -s rr 2>/dev/null ||
  ipvsadm -A -t 192.0.2.111:80 -s rr
ipvsadm -E -t '[2001:db8:1::112]:80' -s rr 2>/dev/null ||
  ipvsadm -A -t '[2001:db8:1::112]:80' -s rr
ipvsadm -E -f 17 -s rr -p 300 2>/dev/null ||
  ipvsadm -A -f 17 -s rr -p 300
ipvsadm -E -f 18 -6 -s rr 2>/dev/null ||
  ipvsadm -A -f 18 -6 -s rr

# Real servers start at weight 0: they are sent nothing before all the rest is in place.
in_table '-a -t 192.0.2.101:80 -r 10.1.0.11:80' ||
  ipvsadm -a -t 192.0.2.101:80 -r 10.1.0.11:80 -i -w 0 --tun-type gre --tun-nocsum
in_table '-a -t 192.0.2.101:80 -r 10.2.0.12:80' ||
  ipvsadm -a -t 192.0.2.101:80 -r 10.2.0.12:80 -i -w 0 --tun-type gre --tun-nocsum
in_table '-a -t 192.0.2.102:80 -r 192.0.2.13:80' ||
  ipvsadm -a -t 192.0.2.102:80 -r 192.0.2.13:80 -i -w 0 --tun-type gre --tun-csum
in_table '-a -t 192.0.2.102:80 -r 192.0.2.14:80' ||
  ipvsadm -a -t 192.0.2.102:80 -r 192.0.2.14:80 -i -w 0 --tun-type gre --tun-csum
in_table '-a -t 192.0.2.103:80 -r 10.1.0.11:80' ||
  ipvsadm -a -t 192.0.2.103:80 -r 10.1.0.11:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
in_table '-a -t 192.0.2.103:80 -r 10.2.0.12:80' ||
  ipvsadm -a -t 192.0.2.103:80 -r 10.2.0.12:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
in_table '-a -t 192.0.2.104:80 -r 10.1.0.11:80' ||
  ipvsadm -a -t 192.0.2.104:80 -r 10.1.0.11:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum
in_table '-a -t 192.0.2.104:80 -r 10.2.0.12:80' ||
  ipvsadm -a -t 192.0.2.104:80 -r 10.2.0.12:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum
in_table '-a -t 192.0.2.105:80 -r 10.1.0.11:80' ||
  ipvsadm -a -t 192.0.2.105:80 -r 10.1.0.11:80 -i -w 0 --tun-type gue --tun-port 6090 --tun-remcsum
in_table '-a -t 192.0.2.105:80 -r 10.2.0.12:80' ||
  ipvsadm -a -t 192.0.2.105:80 -r 10.2.0.12:80 -i -w 0 --tun-type gue --tun-port 6090 --tun-remcsum
in_table '-a -t 192.0.2.106:80 -r [fd00:1::11]:80' ||
  ipvsadm -a -t 192.0.2.106:80 -r '[fd00:1::11]:80' -i -w 0 --tun-type ipip
in_table '-a -t 192.0.2.106:80 -r [fd00:2::12]:80' ||
  ipvsadm -a -t 192.0.2.106:80 -r '[fd00:2::12]:80' -i -w 0 --tun-type ipip
in_table '-a -t [2001:db8:1::107]:80 -r 10.1.0.11:80' ||
  ipvsadm -a -t '[2001:db8:1::107]:80' -r 10.1.0.11:80 -i -w 0 --tun-type ipip
in_table '-a -t [2001:db8:1::107]:80 -r 10.2.0.12:80' ||
  ipvsadm -a -t '[2001:db8:1::107]:80' -r 10.2.0.12:80 -i -w 0 --tun-type ipip
in_table '-a -t [2001:db8:1::108]:80 -r [fd00:1::11]:80' ||
  ipvsadm -a -t '[2001:db8:1::108]:80' -r '[fd00:1::11]:80' -i -w 0 --tun-type ipip
in_table '-a -t [2001:db8:1::108]:80 -r [fd00:2::12]:80' ||
  ipvsadm -a -t '[2001:db8:1::108]:80' -r '[fd00:2::12]:80' -i -w 0 --tun-type ipip
in_table '-a -t 192.0.2.109:80 -r [fd00:1::11]:80' ||
  ipvsadm -a -t 192.0.2.109:80 -r '[fd00:1::11]:80' -i -w 0 --tun-type gre --tun-csum
in_table '-a -t 192.0.2.109:80 -r [fd00:2::12]:80' ||
  ipvsadm -a -t 192.0.2.109:80 -r '[fd00:2::12]:80' -i -w 0 --tun-type gre --tun-csum
in_table '-a -t 192.0.2.110:80 -r [fd00:1::11]:80' ||
  ipvsadm -a -t 192.0.2.110:80 -r '[fd00:1::11]:80' -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
in_table '-a -t 192.0.2.110:80 -r [fd00:2::12]:80' ||
  ipvsadm -a -t 192.0.2.110:80 -r '[fd00:2::12]:80' -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
in_table '-a -t 192.0.2.111:80 -r 10.1.0.11:8080' ||
  ipvsadm -a -t 192.0.2.111:80 -r 10.1.0.11:8080 -m -w 0
in_table '-a -t 192.0.2.111:80 -r 10.2.0.12:8080' ||
  ipvsadm -a -t 192.0.2.111:80 -r 10.2.0.12:8080 -m -w 0
in_table '-a -t [2001:db8:1::112]:80 -r [fd00:1::11]:80' ||
  ipvsadm -a -t '[2001:db8:1::112]:80' -r '[fd00:1::11]:80' -m -w 0
in_table '-a -t [2001:db8:1::112]:80 -r [fd00:2::12]:80' ||
  ipvsadm -a -t '[2001:db8:1::112]:80' -r '[fd00:2::12]:80' -m -w 0
in_table '-a -f 17 -r 192.0.2.13:0' ||
  ipvsadm -a -f 17 -r 192.0.2.13:0 -g -w 0
in_table '-a -f 17 -r 192.0.2.14:0' ||
  ipvsadm -a -f 17 -r 192.0.2.14:0 -g -w 0
in_table '-a -f 18 -6 -r [2001:db8:1::13]:0' ||
  ipvsadm -a -f 18 -6 -r '[2001:db8:1::13]:0' -g -w 0
in_table '-a -f 18 -6 -r [2001:db8:1::14]:0' ||
  ipvsadm -a -f 18 -6 -r '[2001:db8:1::14]:0' -g -w 0

# IPVS knows these packets by a mark, and they must have it before it sees them (marked and
# marked6).
mark_packets mark-17-ipv4 'ip daddr 192.0.2.120 tcp dport { 80, 8080 } meta mark set 17'
mark_packets mark-18-ipv6 'ip6 daddr 2001:db8:1::121 meta l4proto tcp meta mark set 18'

# Real servers answer whom they see, and must see the director for the client (masqueraded and
# masqueraded6).
masquerade tcp 192.0.2.111 80
masquerade tcp 2001:db8:1::112 80

# IPVS sees only packets for a local address (LOCAL_IN hook), so the VIP must be one (gre, gre-csum,
# gue and 11 more).
# nodad: other hosts of the cluster have this address too. preferred_lft 0: it is never chosen as
# source.
ip address replace 192.0.2.101/32 dev eth0
ip address replace 192.0.2.102/32 dev eth0
ip address replace 192.0.2.103/32 dev eth0
ip address replace 192.0.2.104/32 dev eth0
ip address replace 192.0.2.105/32 dev eth0
ip address replace 192.0.2.106/32 dev eth0
ip address replace 2001:db8:1::107/128 dev eth0 nodad preferred_lft 0
ip address replace 2001:db8:1::108/128 dev eth0 nodad preferred_lft 0
ip address replace 192.0.2.109/32 dev eth0
ip address replace 192.0.2.110/32 dev eth0
ip address replace 192.0.2.111/32 dev eth0
ip address replace 2001:db8:1::112/128 dev eth0 nodad preferred_lft 0
ip address replace 192.0.2.120/32 dev eth0
ip address replace 2001:db8:1::121/128 dev eth0 nodad preferred_lft 0

# All the rest is in place: from here on the real servers are sent requests.
ipvsadm -e -t 192.0.2.101:80 -r 10.1.0.11:80 -i -w 1 --tun-type gre --tun-nocsum
ipvsadm -e -t 192.0.2.101:80 -r 10.2.0.12:80 -i -w 1 --tun-type gre --tun-nocsum
ipvsadm -e -t 192.0.2.102:80 -r 192.0.2.13:80 -i -w 1 --tun-type gre --tun-csum
ipvsadm -e -t 192.0.2.102:80 -r 192.0.2.14:80 -i -w 1 --tun-type gre --tun-csum
ipvsadm -e -t 192.0.2.103:80 -r 10.1.0.11:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
ipvsadm -e -t 192.0.2.103:80 -r 10.2.0.12:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
ipvsadm -e -t 192.0.2.104:80 -r 10.1.0.11:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
ipvsadm -e -t 192.0.2.104:80 -r 10.2.0.12:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
ipvsadm -e -t 192.0.2.105:80 -r 10.1.0.11:80 -i -w 1 --tun-type gue --tun-port 6090 --tun-remcsum
ipvsadm -e -t 192.0.2.105:80 -r 10.2.0.12:80 -i -w 1 --tun-type gue --tun-port 6090 --tun-remcsum
ipvsadm -e -t 192.0.2.106:80 -r '[fd00:1::11]:80' -i -w 1 --tun-type ipip
ipvsadm -e -t 192.0.2.106:80 -r '[fd00:2::12]:80' -i -w 1 --tun-type ipip
ipvsadm -e -t '[2001:db8:1::107]:80' -r 10.1.0.11:80 -i -w 1 --tun-type ipip
ipvsadm -e -t '[2001:db8:1::107]:80' -r 10.2.0.12:80 -i -w 1 --tun-type ipip
ipvsadm -e -t '[2001:db8:1::108]:80' -r '[fd00:1::11]:80' -i -w 1 --tun-type ipip
ipvsadm -e -t '[2001:db8:1::108]:80' -r '[fd00:2::12]:80' -i -w 1 --tun-type ipip
ipvsadm -e -t 192.0.2.109:80 -r '[fd00:1::11]:80' -i -w 1 --tun-type gre --tun-csum
ipvsadm -e -t 192.0.2.109:80 -r '[fd00:2::12]:80' -i -w 1 --tun-type gre --tun-csum
ipvsadm -e -t 192.0.2.110:80 -r '[fd00:1::11]:80' -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
ipvsadm -e -t 192.0.2.110:80 -r '[fd00:2::12]:80' -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
ipvsadm -e -t 192.0.2.111:80 -r 10.1.0.11:8080 -m -w 1
ipvsadm -e -t 192.0.2.111:80 -r 10.2.0.12:8080 -m -w 1
ipvsadm -e -t '[2001:db8:1::112]:80' -r '[fd00:1::11]:80' -m -w 1
ipvsadm -e -t '[2001:db8:1::112]:80' -r '[fd00:2::12]:80' -m -w 1
ipvsadm -e -f 17 -r 192.0.2.13:0 -g -w 1
ipvsadm -e -f 17 -r 192.0.2.14:0 -g -w 1
ipvsadm -e -f 18 -6 -r '[2001:db8:1::13]:0' -g -w 1
ipvsadm -e -f 18 -6 -r '[2001:db8:1::14]:0' -g -w 1

printf '%s is set up\n' "$host"
