import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'
import { parseTopology } from '../../src/core/topology/parse.js'

async function call(argv: readonly string[], input = '') {
  let out = ''
  let err = ''
  const status = await run(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour: false,
    ask: undefined,
    input: () => Promise.resolve(input),
    signal: new AbortController().signal,
  })
  return { status, out, err }
}

let folder = ''
const at = (name: string) => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-import-'))
  writeFileSync(
    at('keepalived.conf'),
    'global_defs {\n  router_id lb1\n}\ninclude web.inc\ninclude gone.inc\n',
  )
  writeFileSync(
    at('web.inc'),
    'virtual_server 192.0.2.100 80 {\n  lvs_method DR\n  protocol TCP\n  quorum_up /bin/true\n  real_server 192.0.2.11 80 {\n  }\n}\n',
  )
  writeFileSync(at('table'), '-A -t 192.0.2.100:443 -s rr\n-a -t 192.0.2.100:443 -r 192.0.2.12:443 -g -w 1\n')
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('import', () => {
  it('draws a file with what it includes, and says what is not in the drawing', async () => {
    const out = at('shop.lvs.yaml')
    const { status, out: printed, err } = await call(['import', at('keepalived.conf'), '--out', out])
    expect([status, printed]).toEqual([0, ''])
    const { topology, problems } = parseTopology(readFileSync(out, 'utf8'))
    expect(problems).toEqual([])
    expect(topology.name).toBe('shop')
    expect([...topology.hosts.keys()]).toEqual(['lb1', 'rs1'])
    expect(err).toContain(`${at('keepalived.conf')}:5: IMPORT-UNREAD: `)
    expect(err).toContain(
      `${at('web.inc')}:1: IMPORT-LOST: a topology has no words for quorum_up of virtual server`,
    )
    expect(err).toMatch(
      /drawn: 2 hosts, 1 service; 3 lines marked "# assumed:"; "lvs-designer check \S+shop\.lvs\.yaml" says what is left to see to\n$/,
    )
    // What is there is nobody's to write over.
    const before = readFileSync(out, 'utf8')
    const again = await call(['import', at('table'), '--out', out])
    expect([again.status, again.err]).toEqual([
      2,
      `${out} is there already; name another file, or take it away\n`,
    ])
    expect(readFileSync(out, 'utf8')).toBe(before)
  })

  it('takes several files, standard input, and kinds that are said', async () => {
    const both = await call(['import', at('keepalived.conf'), '--ipvsadm', at('table')])
    expect([...parseTopology(both.out).topology.services.keys()]).toEqual(['http', 'https'])
    const piped = await call(['import', '-'], readFileSync(at('table'), 'utf8'))
    expect(parseTopology(piped.out).topology.services.get('https')?.mode).toBe('dr')
    const json: unknown = JSON.parse((await call(['import', '--ipvsadm', at('table'), '--json'])).out)
    expect(json).toMatchObject({ hosts: 2, services: 1, notes: [] })
    // What the check of the drawing says comes along; what was assumed is told the same way in words.
    const { findings } = json as { readonly findings: readonly { readonly code: string }[] }
    const assumed = findings.filter(({ code }) => code === 'ASSUMED').length
    expect(assumed).toBeGreaterThan(0)
    const { err } = await call(['import', '--ipvsadm', at('table')])
    expect(err).toContain(`; ${assumed} lines marked "# assumed:"\n`)
  })

  it.each([
    [['import'], 'usage: lvs-designer import FILE'],
    [['import', 'NOTES'], 'looks like none of keepalived.conf, ipvsadm rules and ldirectord.cf'],
    [['import', '--keepalived', 'NOTES'], 'there is no virtual service to draw; nothing was written'],
    [['import', '--ssh', 'a b'], '"a b" is no host'],
    [['import', '--ssh', 'lb1', '--ssh-config', '/no/such'], '/no/such'],
  ])('refuses %j', async (argv, message) => {
    writeFileSync(at('notes.txt'), 'nothing of the kind\n')
    const words = argv.map((word) => (word === 'NOTES' ? at('notes.txt') : word))
    const { status, out, err } = await call(
      [...words, '--out', at('none.lvs.yaml')].filter((_, i, all) => argv.length > 1 || i < all.length - 2),
    )
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(existsSync(at('none.lvs.yaml'))).toBe(false)
  })

  it('says which hosts could not be read', async () => {
    const config = at('ssh_config')
    // Nobody listens at port 1.
    writeFileSync(config, 'Host lb1\n  HostName 127.0.0.1\n  Port 1\n')
    const { status, err } = await call(['import', '--ssh', 'lb1', '--ssh-config', config])
    expect(status).toBe(2)
    expect(err).toMatch(/^lb1: IMPORT-UNREAD: connect: /m)
    expect(err).toMatch(/no host could be read; nothing was written\n$/)
  })
})
