import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'
import { engineProcess } from '../../src/extension/engine-process.js'
import type { EngineProcess } from '../../src/extension/engine-process.js'
import { isFromEngine } from '../../src/protocol/engine-guards.js'
import { makeKey, sshdAvailable, startSshd } from '../sshd/start-sshd.js'
import type { Sshd } from '../sshd/start-sshd.js'
import { bundleEngine } from './bundle-engine.js'

/** G22: what must stay secret is put where it belongs, everything is done with it, and then it is looked for everywhere else. */
describe.skipIf(!sshdAvailable)('secrets', () => {
  const place = mkdtempSync(join(tmpdir(), 'lvs-secrets-'))
  let bundle: Awaited<ReturnType<typeof bundleEngine>>
  let engine: EngineProcess
  let sshd: Sshd
  const said: string[] = []
  const keep = (value: unknown) => said.push(typeof value === 'string' ? value : JSON.stringify(value))

  beforeAll(async () => {
    bundle = await bundleEngine()
    sshd = await startSshd()
    engine = engineProcess({
      file: bundle.file,
      log: keep,
      environment: { ...process.env, XDG_STATE_HOME: join(place, 'state') },
    })
  })
  afterAll(async () => {
    engine.dispose()
    await sshd.stop()
    await bundle.remove()
    rmSync(place, { recursive: true })
  })

  /** Lines that only the secret itself has. */
  const linesOf = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.length > 40)

  /** Command lines and environments of the engine and all it has started. */
  function processes(): string {
    const pid = String(engine.pid() ?? '')
    return ['cmdline', 'environ'].map((what) => readFileSync(`/proc/${pid}/${what}`, 'latin1')).join('\n')
  }

  function everyFile(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).isFile())
  }

  it('of SSH keys are in no message, log, state or command line, whether they are accepted or not', async () => {
    const wrong = makeKey(place, 'id_wrong')
    const locked = makeKey(place, 'id_locked', 'ed25519', 'canary-passphrase-4711')
    const sample = readFileSync('samples/dr.lvs.yaml', 'utf8')
    const document = { file: 'dr.lvs.yaml', text: sample }
    for (const key of [sshd.userKey, wrong, locked]) {
      const sshConfig = join(place, 'ssh_config')
      writeFileSync(
        sshConfig,
        [
          ...['Host *', 'HostName 127.0.0.1', `Port ${sshd.port}`, `User ${userInfo().username}`],
          ...[
            `IdentityFile ${key.file}`,
            'IdentitiesOnly yes',
            `UserKnownHostsFile ${join(place, 'known')}`,
            '',
          ],
        ].join('\n'),
      )
      const options = { progress: keep, confirmHostKey: () => Promise.resolve(true) }
      const reach = { document, sshConfig }
      const ends = [
        await engine.call({ kind: 'plan', purpose: 'apply', ...reach }, options),
        await engine.call({ kind: 'apply', ...reach, expected: [], drainSeconds: 0 }, options),
        await engine.call({ kind: 'verify', ...reach }, options),
      ]
      for (const end of ends) keep(end)
      keep(processes())
    }
    for (const file of everyFile(place).filter((file) => !/\/id_[a-z]+$/.test(file)))
      keep(readFileSync(file, 'utf8'))
    keep(sshd.log())
    const all = said.join('\n')
    // The runs have said something, of all three keys.
    expect(all).toMatch(/is another host than the one drawn|as the drawing says|has no/)
    expect(all).toContain('id_wrong')
    expect(all).toContain('id_locked')
    const secrets = [sshd.userKey, wrong, locked].flatMap(({ file }) =>
      linesOf(file).filter((line) => !line.startsWith('-----')),
    )
    expect(secrets.length).toBeGreaterThan(9)
    for (const secret of [...secrets, 'canary-passphrase-4711']) expect(all.includes(secret)).toBe(false)
    expect(isFromEngine({ kind: 'secret', value: secrets })).toBe(false)
  })

  it('of VRRP are in no finding, text or JSON, right or wrong as the file may be', async () => {
    const canaries = ['canary7', 'canary-too-long-for-vrrp', 'canary"quote', 'canary{brace']
    for (const [index, secret] of canaries.entries()) {
      const file = join(place, `keepalived-${index}.conf`)
      const twin = join(place, `twin-${index}.conf`)
      const text = (password: string, more = '') =>
        `vrrp_instance web {\n  interface eth0\n  virtual_router_id 51\n  priority 100\n  authentication {\n    auth_type PASS\n    auth_pass ${password}${more}\n  }\n  virtual_ipaddress { 192.0.2.100/24 }\n}\n`
      writeFileSync(file, text(secret, ' surplus'))
      writeFileSync(twin, text('other'))
      for (const argv of [
        [file],
        [file, twin],
        [file, '--json'],
        [file, twin, '--json'],
        [file, '--explain'],
      ]) {
        let output = ''
        await run(['check', '--no-config', ...argv], {
          out: (words) => (output += words),
          err: (words) => (output += words),
          colour: false,
          ask: undefined,
          input: () => Promise.resolve(''),
          signal: new AbortController().signal,
        })
        expect(output.length).toBeGreaterThan(10)
        expect(output, argv.join(' ')).not.toMatch(/canary/)
      }
    }
    // What looks for it finds it where it is.
    expect(execFileSync('grep', ['-rl', 'canary', place], { encoding: 'utf8' })).toContain(
      'keepalived-0.conf',
    )
  })
})
