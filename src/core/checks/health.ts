import type { Health, Protocol } from '../topology/types.js'

/** The protocol a check opens a connection with; undefined where it does not, or does what a script says. */
export function askedBy(health: Health | undefined): Protocol | undefined {
  switch (health?.type) {
    case 'tcp':
    case 'http':
    case 'https':
    case 'smtp':
      return 'tcp'
    case 'udp':
    case 'dns':
      return 'udp'
    case 'ping':
    case 'script':
    case undefined:
      return undefined
  }
}
