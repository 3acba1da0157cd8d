import { describe, expect, it } from 'vitest'
import { readListing, withThresholds } from './ipvs-listing.js'
import { parseRules } from './ipvsadm.js'

// As ipvsadm 1.31 prints it.
const LISTING = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn
  -> RemoteAddress:Port
TCP  10.0.0.2:80 rr
  -> 10.0.0.11:80                 100        80         3          7
UDP  [2001:db8::80]:53 rr
  -> [2001:db8::11]:53            0          0          0          2
FWM  2 rr
  -> 10.0.0.11:0                  0          0          1          0
FWM  2 IPv6 rr
  -> [2001:db8::11]:0             5          0          4          0
`.split('\n')

describe('a listing of ipvsadm', () => {
  it('has its numbers by service and destination, marks of each family too', () => {
    const listing = readListing(LISTING)
    expect([...listing].filter(([key]) => key.includes(' -r '))).toEqual([
      ['-t 10.0.0.2:80 -r 10.0.0.11:80', [100, 80, 3, 7]],
      ['-u [2001:db8::80]:53 -r [2001:db8::11]:53', [0, 0, 0, 2]],
      ['-f 2 -r 10.0.0.11:0', [0, 0, 1, 0]],
      ['-f 2 -6 -r [2001:db8::11]:0', [5, 0, 4, 0]],
    ])
    const stats = readListing(['TCP  10.0.0.2:80   4  24  16  1400  22000000000', 'FWM  2 IPv6  1 2 3 4 5'])
    expect([...stats]).toEqual([
      ['-t 10.0.0.2:80', [4, 24, 16, 1400, 22_000_000_000]],
      ['-f 2 -6', [1, 2, 3, 4, 5]],
    ])
  })

  it('gives a table its thresholds, which the save format loses', () => {
    const { services } = parseRules(
      '-A -t 10.0.0.2:80 -s rr\n-a -t 10.0.0.2:80 -r 10.0.0.11:80 -g -w 1\n-A -f 2 -6 -s rr\n-a -f 2 -6 -r [2001:db8::11]:0 -g -w 1\n',
    )
    const found = withThresholds(services, readListing(LISTING))
    expect(
      found.flatMap(({ destinations }) => destinations.map(({ upper, lower }) => [upper, lower])),
    ).toEqual([
      [100, 80],
      [5, 0],
    ])
  })
})
