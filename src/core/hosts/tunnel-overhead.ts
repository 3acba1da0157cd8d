import type { Family } from '../topology/address.js'
import type { Tunnel } from '../topology/types.js'

const OUTER = { 4: 20, 6: 40 } as const
const GRE = 4
const UDP = 8
const GUE = 4

/** Bytes a tunnel puts before a packet (ip_vs_xmit.c `__ip_vs_get_out_rt`, ip_vs_gre_encap, ipvs_gue_encap). */
export function tunnelOverhead({ type, checksum }: Tunnel, outer: Family): number {
  switch (type) {
    case 'ipip':
      return OUTER[outer]
    case 'gre':
      return OUTER[outer] + GRE + (checksum === 'csum' ? 4 : 0)
    case 'gue':
      // GUE_PLEN_REMCSUM and GUE_LEN_PRIV (gue.h).
      return OUTER[outer] + UDP + GUE + (checksum === 'remcsum' ? 8 : 0)
  }
}
