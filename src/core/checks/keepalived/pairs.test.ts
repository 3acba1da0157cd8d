import { describe, expect, it } from 'vitest'
import { NO_FILES } from '../../formats/source-text.js'
import { checkKeepalived } from './check.js'
import { checkDirectorPairs } from './pairs.js'

interface Director {
  readonly priority?: number
  readonly vips?: readonly string[]
  readonly more?: string
  readonly id?: number
  readonly also?: string
}

const SHARED = `vrrp_instance SHARED {
    interface eth1
    virtual_router_id 9
    priority PRIORITY
    virtual_ipaddress {
        10.0.0.254/24
    }
}
`

function director({
  priority = 100,
  vips = ['192.0.2.100'],
  more = '',
  id = 51,
  also = '',
}: Director): string {
  return `vrrp_instance VI {
    interface eth0
    virtual_router_id ${id}
    priority ${priority}
    ${more}
    virtual_ipaddress {
        ${vips.join('\n        ')}
    }
}
${also}`
}

/** What is said of the second of two directors. */
function said(first: Director, second: Director): string[] {
  const checked = [first, second].map((each, index) =>
    checkKeepalived({ name: `lb${index + 1}.conf`, text: director(each) }, NO_FILES),
  )
  return checkDirectorPairs(checked).map(({ code, source, span, severity }) => {
    expect(source.name).toBe('lb2.conf')
    const weighs = severity === 'information' ? ' (information)' : ''
    return `${code} ${source.text.slice(span.start, span.end)}${weighs}`
  })
}

describe('two directors', () => {
  it.each<[string, Director, Director, readonly string[]]>([
    ['that agree', { priority: 150 }, {}, []],
    ['with other numbers', { priority: 150 }, { id: 52, vips: ['192.0.2.7'] }, []],
    [
      'with one number for other VIPs, who may be on one segment',
      { priority: 150 },
      { vips: ['192.0.2.7'] },
      ['HA-VRID 51 (information)'],
    ],
    [
      'with one number for other VIPs of other subnets, as clusters that have nothing to do with each other',
      { priority: 150, vips: ['10.1.0.100/24'] },
      { vips: ['172.20.9.100/24'] },
      ['HA-VRID 51 (information)'],
    ],
    [
      'with one number for other VIPs of one subnet',
      { priority: 150, vips: ['192.0.2.100/24'] },
      { vips: ['192.0.2.7/32'] },
      ['HA-VRID 51'],
    ],
    [
      'with one number for other VIPs, one of them heard from the subnet of the other',
      { priority: 150, vips: ['192.0.2.100/24'] },
      { vips: ['198.51.100.7'], more: 'mcast_src_ip 192.0.2.3' },
      ['HA-VRID 51'],
    ],
    [
      'with one number for other VIPs, who move another VIP between them',
      { priority: 150, also: SHARED.replace('PRIORITY', '150') },
      { vips: ['192.0.2.7'], also: SHARED.replace('PRIORITY', '100') },
      ['HA-VRID 51'],
    ],
    [
      'of which one lacks a VIP',
      { priority: 150, vips: ['192.0.2.100', '192.0.2.7'] },
      {},
      ['VRRP-PAIR virtual_ipaddress'],
    ],
    ['with equal priorities', {}, {}, ['VRRP-PAIR 100']],
    ['with other versions', { priority: 150 }, { more: 'version 3' }, ['VRRP-PAIR 3']],
    ['with other intervals', { priority: 150 }, { more: 'advert_int 2' }, ['VRRP-PAIR 2']],
    [
      'with other passwords',
      { priority: 150, more: 'authentication {\nauth_type PASS\nauth_pass a\n}' },
      { more: 'authentication {\nauth_type PASS\nauth_pass b\n}' },
      ['VRRP-PAIR authentication'],
    ],
    [
      'whose peers are others',
      { priority: 150, more: 'unicast_peer {\n192.0.2.2\n}' },
      { vips: ['192.0.2.7'], more: 'unicast_peer {\n192.0.2.3\n}' },
      [],
    ],
  ])('%s', (_, first, second, expected) => {
    expect(said(first, second)).toEqual(expected)
  })
})

describe('two directors with hundreds of instances', () => {
  it('are compared once each, not every VIP with every other', () => {
    const file = (net: number) =>
      Array.from({ length: 200 }, (_, index) =>
        director({
          id: index + 1,
          priority: net,
          vips: Array.from({ length: 5 }, (_each, at) => `10.${net}.${index}.${at}`),
        }),
      ).join('')
    const checked = [100, 150].map((net) =>
      checkKeepalived({ name: `${net}.conf`, text: file(net) }, NO_FILES),
    )
    expect(checkDirectorPairs(checked)).toHaveLength(200)
  })
})

describe('directors of whom something was not looked at', () => {
  const pair = (first: string, second: string) =>
    checkDirectorPairs(
      [first, second].map((text, index) => checkKeepalived({ name: `lb${index + 1}.conf`, text }, NO_FILES)),
    ).map(({ code }) => code)
  const one = director({ priority: 150 })
  const other = director({ vips: ['192.0.2.100', '192.0.2.101'], more: 'advert_int 3\n    version 3' })

  it('are not said to differ by what may stand there', () => {
    expect(pair(other, one)).not.toEqual([])
    expect(
      pair(
        other,
        one
          .replace('192.0.2.100\n', '192.0.2.100\n        include vips.conf\n')
          .replace('priority', 'include more.conf\n    priority'),
      ),
    ).toEqual([])
    expect(pair(other, `include globals.conf\n${one}`)).toEqual(['VRRP-PAIR'])
  })

  it('are where both say it', () => {
    expect(pair(one, one.replace('priority', 'include more.conf\n    priority'))).toEqual(['VRRP-PAIR'])
    expect(
      pair(one.replace('priority 150', 'priority 100'), one.replace('priority 150', 'include more.conf')),
    ).toEqual([])
  })
})
