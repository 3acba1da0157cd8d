import { defaulted, object, oneOrMany, optional } from '../grammar.js'
import { address, subnet } from './addresses.js'
import { mtu } from './values.js'

export const network = object({
  subnets: defaulted(oneOrMany(subnet), [], 'The subnet of this segment; one, or a list (dual stack).', {
    key: 'subnet',
  }),
  gateways: defaulted(
    oneOrMany(address),
    [],
    'The router hosts on this segment use by default; drawn or not. One, or one a family.',
    { key: 'gateway' },
  ),
  mtu: optional(mtu, 'Largest packet of the segment in bytes; 1500 when absent.'),
})
