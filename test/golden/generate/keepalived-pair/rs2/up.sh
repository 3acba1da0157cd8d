#!/bin/sh
# Sets up rs2 for the LVS cluster shop. Run it on rs2 as root: sh up.sh
# It may be run again at any time; what is in place already stays as it is.
# The commands stand in the order they must run in, each with its reason above it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=rs2
record=/var/lib/lvs-designer-manual/shop/rs2

refuse() {
  printf 'up.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

remember() { grep -q -F -e "$1 = " "$record" || printf '%s = %s\n' "$1" "$2" >>"$record"; }

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
has_address eth0 10.0.0.12 || refuse 'eth0 here does not have 10.0.0.12'

# What is there before the first run is written down, so that down.sh can put it back.
mkdir -p "${record%/*}"
touch "$record"
remember 'route 4' "$(ip -4 route show default | grep -v ' metric ' || echo absent)"

# Replies of a NAT service must pass the director, which puts the VIP back as their source (web).
# Careful: whoever is logged in by way of the old gateway is cut off here. Come from the same
# network, or from the console.
ip -4 route replace default via 10.0.0.254 dev eth0

printf '%s is set up\n' "$host"
