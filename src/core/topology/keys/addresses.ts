import { say } from '../../speech/say.js'
import { parseAddress, parseSubnet } from '../address.js'
import type { IpAddress, Subnet } from '../address.js'
import type { Grammar } from '../grammar.js'

/* Addresses and subnets, with what people write instead of them. */

export const address: Grammar<IpAddress> = {
  schema: { type: 'string' },
  read: (node, path, reading) => {
    const text = reading.text(node, path, () => say`an IP address`)
    if (text === undefined) return undefined
    const parsed = parseAddress(text)
    if (parsed !== undefined) return parsed
    const [, before = '', behind = ''] = /^\[?([^[\]/]+)\]?(\/.*|:\d+)$/.exec(text) ?? []
    const bare = parseAddress(before)
    if (bare === undefined) {
      reading.report('ADDR-SYNTAX', path, 'value', say`"${text}" is not an IPv4 or IPv6 address`)
    } else {
      reading.report(
        'ADDR-SYNTAX',
        path,
        'value',
        behind.startsWith(':')
          ? say`an address is written without port here; the port has a key of its own: port: ${behind.slice(1)}`
          : say`an address is written without prefix length here; the subnet of the network gives it`,
        [{ title: say`Change to ${bare}`, edits: [{ kind: 'set', path, value: bare }] }],
      )
    }
    return bare
  },
}

export const subnet: Grammar<Subnet> = {
  schema: { type: 'string' },
  read: (node, path, reading) => {
    const text = reading.text(node, path, () => say`a subnet, such as 10.0.0.0/24`)
    if (text === undefined) return undefined
    const parsed = parseSubnet(text)
    if (parsed.ok) return parsed.subnet
    const { suggestion } = parsed
    reading.report(
      'ADDR-SYNTAX',
      path,
      'value',
      say`"${text}" is not a subnet: ${parsed.reason}`,
      suggestion === undefined
        ? []
        : [{ title: say`Change to ${suggestion}`, edits: [{ kind: 'set', path, value: suggestion }] }],
    )
    return suggestion
  },
}
