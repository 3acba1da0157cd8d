import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyDeployment } from '../../src/remote/deploy/deploy.js'
import { loadSshConfig } from '../../src/remote/ssh/ssh-config.js'
import { answers, finish, startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

interface CheckJson {
  readonly files: readonly {
    readonly findings: readonly { readonly code: string; readonly severity: string }[]
  }[]
}

/** One wrong drawing a mode: `check` names the cause, `apply` refuses it, and the kernel shows that it is right to. */
describe.each([
  {
    drawing: 'nat-gateway',
    code: 'NAT-GW',
    // The reply went past the director, so its entry never gets beyond the SYN.
    evidence: {
      host: 'lb1',
      command: 'ipvsadm -L -n -c',
      shows: /SYN_RECV +192\.0\.2\.50:\d+ +192\.0\.2\.100:80/,
    },
  },
  {
    drawing: 'dr-gateway',
    code: 'DR-GW',
    evidence: {
      host: 'lb1',
      command: 'ipvsadm -L -n -c',
      shows: /SYN_RECV +198\.51\.100\.50:\d+ +192\.0\.2\.100:80/,
    },
  },
  {
    drawing: 'tun-rp-filter',
    code: 'TUN-RPF',
    evidence: {
      host: 'rs1',
      command: 'nstat -asz TcpExtIPReversePathFilter',
      shows: /IPReversePathFilter +[1-9]/,
    },
  },
])('$drawing', ({ drawing, code, evidence }) => {
  let lab: RunningLab
  const file = `test/fixtures/wrong/${drawing}.lvs.yaml`

  beforeAll(async () => {
    lab = await startLab(file, `test-${drawing}`)
  })
  afterAll(async () => {
    await lab.down()
  })

  it(`is caught by check: ${code}`, async () => {
    const { status, stdout } = await finish(process.execPath, ['dist/cli.js', 'check', file, '--json'])
    const errors = (JSON.parse(stdout) as CheckJson).files[0]?.findings.filter(
      ({ severity }) => severity === 'error',
    )
    expect(errors?.map((finding) => finding.code)).toEqual([code])
    expect(status).toBe(1)
  })

  it('is refused by apply, before anything is changed', async () => {
    const { status, stderr } = await lab.cli('apply', lab.file)
    expect(status).toBe(2)
    expect(stderr).toContain(code)
    expect(await lab.on('lb1', 'ipvsadm -S -n')).toBe('')
  })

  it('does not work in the kernel either', async () => {
    // Past the command line's refusal, by the library.
    const result = await applyDeployment(lab.cluster, {
      purpose: 'apply',
      verify: false,
      drainSeconds: 0,
      sshConfig: await loadSshConfig({ file: lab.sshConfig }),
      confirmHostKey: () => Promise.resolve(false),
      tell: () => undefined,
    })
    expect(result.outcome).toBe('COMMITTED')
    const asked = answers(lab, 'alice', 'http://192.0.2.100/', 1)
    const { counts } = await asked
    expect(counts).toEqual({ none: 1 })
    expect(await lab.on(evidence.host, evidence.command)).toMatch(evidence.shows)
  })

  it('is undone by an apply that verifies', async () => {
    // Everything goes; then the same drawing again, this time with proof asked for.
    expect((await lab.cli('remove', lab.file, '--drain', '0')).status).toBe(0)
    const result = await applyDeployment(lab.cluster, {
      purpose: 'apply',
      verify: true,
      drainSeconds: 0,
      sshConfig: await loadSshConfig({ file: lab.sshConfig }),
      confirmHostKey: () => Promise.resolve(false),
      tell: () => undefined,
    })
    expect(result.outcome).toBe('REVERTED')
    expect(result.verification?.services[0]?.outcome).toBe('FAILED')
    expect(await lab.on('lb1', 'ipvsadm -S -n; ls /var/lib/lvs-designer 2>/dev/null || true')).toBe('')
  })
})
