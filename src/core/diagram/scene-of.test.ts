import { describe, expect, it } from 'vitest'
import { sample, sceneFrom } from './diagram.test-kit.js'
import { subjectsOf } from './scene-of.js'

describe('the scene of a topology', () => {
  it('is plain data: what travels as JSON arrives as it was', () => {
    const scene = sceneFrom(sample('dr'))
    expect(JSON.parse(JSON.stringify(scene))).toEqual(JSON.parse(JSON.stringify(scene)))
    expect(Object.keys(scene)).toEqual(['name', 'hosts', 'networks', 'services', 'findings'])
  })

  it('shows the VIP where it lives: on the director and on lo of DR real servers', () => {
    const { hosts } = sceneFrom(sample('dr'))
    const vips = Object.fromEntries(hosts.map(({ name, vips: held }) => [name, held]))
    expect(vips['alice']).toEqual([])
    expect(vips['lb1']?.[0]).toEqual({ address: '192.0.2.100', interface: 'eth0' })
    expect(vips['rs1']).toEqual([
      { address: '192.0.2.100', interface: 'lo' },
      { address: '2001:db8:1::100', interface: 'lo' },
    ])
  })

  it('shows it on the tunnel device of TUN real servers, and on none of NAT', () => {
    const tun = sceneFrom(sample('tun')).hosts.find(({ name }) => name === 'rs1')
    expect(tun?.vips.map((vip) => vip.interface)).toEqual(['tunl0', 'ip6tnl0'])
    const nat = sceneFrom(sample('nat')).hosts.find(({ name }) => name === 'rs1')
    expect(nat?.vips).toEqual([])
  })

  it('says of a real server only what is not the service’s', () => {
    const [web] = sceneFrom(sample('nat')).services
    expect(web).toMatchObject({ name: 'web', mode: 'nat', target: '192.0.2.100:80', directors: ['lb1'] })
    expect(web?.realServers[0]).toEqual({ host: 'rs1', mode: 'nat', weight: 1, port: 8080 })
  })

  it('puts a finding on what it is about', () => {
    const scene = sceneFrom(sample('nat').replace('mode: nat', 'mode: dr'))
    const finding = scene.findings.find(({ code }) => code === 'DR-PORT')
    expect(finding?.subjects).toEqual([
      { what: 'service', name: 'web' },
      { what: 'host', name: 'rs1' },
    ])
    expect(finding?.fixes).toEqual(["Change the port to 80, the VIP's"])
  })

  it('keeps positions, and whatever is missing is simply not there', () => {
    const scene = sceneFrom(
      'lvs: 1\nhosts: { a: { role: director }, b: }\nlayout: { hosts: { a: { x: 3, y: 4 } } }\n',
    )
    expect(scene.hosts.map(({ name, at }) => [name, at])).toEqual([
      ['a', { x: 3, y: 4 }],
      ['b', undefined],
    ])
    expect(sceneFrom('').hosts).toEqual([])
    expect(
      sceneFrom('services: { s: { director: nobody, real-servers: { ghost: } } }').services,
    ).toHaveLength(1)
  })

  it.each([
    ['', []],
    ['/name', []],
    ['/hosts/a~1b/interfaces', [{ what: 'host', name: 'a/b' }]],
    ['/networks/front/subnet', [{ what: 'network', name: 'front' }]],
    ['/services/web/mode', [{ what: 'service', name: 'web' }]],
  ])('finds the subjects of %s', (path, subjects) => {
    expect(subjectsOf(path)).toEqual(subjects)
  })
})
