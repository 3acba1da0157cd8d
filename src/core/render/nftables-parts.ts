import type { ScriptFunction } from './script-function.js'

// What scripts do with the cluster's own table of nftables: marks, and masquerading.

export const MARK_PACKETS: ScriptFunction = {
  name: 'mark_packets',
  lines: [
    '# mark_packets CHAIN RULE: one transaction; before anything that routes or filters by default.',
    'mark_packets() {',
    '  nft "add table inet $table',
    '    add chain inet $table $1 { type filter hook prerouting priority mangle; policy accept; }',
    '    flush chain inet $table $1',
    '    add rule inet $table $1 $2"',
    '}',
  ],
}

export const UNMARK_PACKETS: ScriptFunction = {
  name: 'unmark_packets',
  lines: [
    'unmark_packets() {',
    '  nft list chain inet "$table" "$1" >/dev/null 2>&1 || return 0',
    '  nft "flush chain inet $table $1; delete chain inet $table $1"',
    '  # The table has its two brackets and nothing else.',
    '  [ "$(nft list table inet "$table" | grep -c .)" -gt 2 ] || nft "delete table inet $table"',
    '}',
  ],
}

export const MASQUERADE: ScriptFunction = {
  name: 'masquerade',
  lines: [
    '# masquerade PROTOCOL VIP [PORT]: one transaction. The rules go by what clients asked for, which conntrack keeps; what is',
    '# for a VIP still was not sent by NAT.',
    'masquerade() {',
    '  case $2 in *:*) family=ipv6 ip=ip6 ;; *) family=ipv4 ip=ip ;; esac',
    '  chain=masquerade-$1-$family',
    '  asked="meta l4proto $1 ct original $ip daddr"',
    '  element="$chain-every-port { $2 }"',
    '  [ $# = 2 ] || element="$chain { $2 . $3 }"',
    '  nft "add table inet $table',
    '    add set inet $table $chain { type ${family}_addr . inet_service; }',
    '    add set inet $table $chain-every-port { type ${family}_addr; }',
    '    add set inet $table $chain-vips { type ${family}_addr; }',
    '    add chain inet $table $chain { type nat hook postrouting priority srcnat; policy accept; }',
    '    flush chain inet $table $chain',
    '    add rule inet $table $chain $ip daddr @$chain-vips return',
    '    add rule inet $table $chain $asked . ct original proto-dst @$chain masquerade',
    '    add rule inet $table $chain $asked @$chain-every-port masquerade',
    '    add element inet $table $chain-vips { $2 }',
    '    add element inet $table $element"',
    '}',
  ],
}

export const STOP_MASQUERADING: ScriptFunction = {
  name: 'stop_masquerading',
  lines: [
    '# stop_masquerading PROTOCOL VIP [PORT]',
    'stop_masquerading() {',
    '  case $2 in *:*) chain=masquerade-$1-ipv6 ;; *) chain=masquerade-$1-ipv4 ;; esac',
    '  element="$chain-every-port { $2 }"',
    '  [ $# = 2 ] || element="$chain { $2 . $3 }"',
    '  nft "delete element inet $table $element" 2>/dev/null || :',
    '}',
  ],
}

export const END_MASQUERADING: ScriptFunction = {
  name: 'end_masquerading',
  lines: [
    '# end_masquerading CHAIN: it goes where no service is left in its sets, and the table with its last chain.',
    'end_masquerading() {',
    '  nft list chain inet "$table" "$1" >/dev/null 2>&1 || return 0',
    '  for set in "$1" "$1-every-port"; do',
    `    ! nft list set inet "$table" "$set" | grep -q 'elements =' || return 0`,
    '  done',
    '  nft "flush chain inet $table $1; delete chain inet $table $1',
    '    delete set inet $table $1; delete set inet $table $1-every-port; delete set inet $table $1-vips"',
    '  # The table has its two brackets and nothing else.',
    '  [ "$(nft list table inet "$table" | grep -c .)" -gt 2 ] || nft "delete table inet $table"',
    '}',
  ],
}
