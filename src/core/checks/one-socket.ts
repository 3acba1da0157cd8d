/** Ports of UDP services whose senders keep one socket and expect no answer: logs, traps, flow records, metrics. */
export const ONE_SOCKET: ReadonlyMap<number, string> = new Map([
  [162, 'SNMP traps'],
  [514, 'syslog'],
  [2055, 'NetFlow'],
  [4739, 'IPFIX'],
  [6343, 'sFlow'],
  [8125, 'StatsD'],
])
