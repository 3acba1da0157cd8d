import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostPower } from '../../src/lab/index.js'
import { expectOk, installFaults, onHost, reach, setFault, startCli } from './faults-kit.js'
import { answers, finish, startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

const NAME = 'test-keepalived'
const DIRECTORS = ['lb1', 'lb2']
const CONF = '/etc/keepalived/keepalived.conf'
const URL = 'http://192.0.2.100/'

/** A figure that was measured, for whoever reads the run; nothing depends on it. */
function told(figure: string): void {
  process.stderr.write(`  ${figure}\n`)
}

/** The sample of a pair, with checks by HTTP every second, its sync daemon, and somebody who is sorry. */
function drawing(text: string): string {
  return text
    .replace(
      /^services:\n/m,
      '  sorry: { role: real-server, listens: [{ port: 80 }], interfaces: { eth0: { network: farm, address: 192.0.2.13 } } }\nservices:\n',
    )
    .replace(
      '    scheduler: wlc\n',
      '    scheduler: rr\n    sorry-server: { address: 192.0.2.13 }\n' +
        '    health: { type: http, path: /, status: 200, interval: 1, timeout: 1, retries: 1, retry-delay: 1 }\n',
    )
    .replace(/^vrrp: .*$/m, 'vrrp: { id: 51, network: farm, sync: true }')
}

/** One director alone, without VRRP, which asks for a connection alone; and the same without what only keepalived can do. */
function alone(text: string): string {
  return text
    .replace('director: [lb1, lb2]', 'director: lb1')
    .replace(/^vrrp: .*\n/m, '')
    .replace('type: http, path: /, status: 200', 'type: tcp')
}
function byHand(text: string): string {
  return text
    .replace(/^ {4}(sorry-server|health): .*\n/gm, '')
    .replace('director: keepalived', 'director: ipvsadm')
}

/** G30, and the other promises where keepalived keeps the table: one lab, in the order of a cluster's life. */
describe('directors that keepalived manages', () => {
  let lab: RunningLab
  let before = ''

  beforeAll(async () => {
    lab = await startLab('samples/pair.lvs.yaml', NAME, { edit: drawing, restarts: true })
    for (const host of DIRECTORS) await installFaults(lab, host)
    before = await traces()
  })
  afterAll(async () => {
    await lab.down()
  })

  /** What a deployment leaves on directors: the file, the mount, the processes, the table. */
  const traces = async () => {
    const look = `ls -A /etc/keepalived; cat ${CONF} 2>/dev/null; grep keepalived /proc/mounts; pgrep -c -x keepalived; ipvsadm -Sn; ip -o address | grep 192.0.2.100; ls /var/lib/lvs-designer 2>/dev/null; true`
    return (await Promise.all(DIRECTORS.map((host) => onHost(lab, host, look)))).join('\n')
  }
  const table = (host: string) => onHost(lab, host, 'ipvsadm -Sn')
  /** Until a command on a host says yes; in seconds, how long that took by its clock. */
  const until = async (host: string, command: string) => {
    const output = await reach(
      lab,
      host,
      `begun=$(date +%s%N); for i in $(seq 900); do { ${command}; } >/dev/null 2>&1 && break; sleep 0.1; done; ${command} >/dev/null && echo $((($(date +%s%N) - begun) / 1000000))`,
    )
    return Number(output.trim()) / 1000
  }
  const serves = (rip: string) => `ipvsadm -Sn | grep -q -F -e '-r ${rip}:80 '`
  /** The program behind the service of a real server ends, and its port is closed; and is there again. */
  const stopService = (host: string) =>
    onHost(
      lab,
      host,
      'cd /usr/lib/lvs-lab && mv answer.pl gone.pl; pkill -x perl; until ! pgrep -x perl; do sleep 0.1; done',
    )
  const startService = (host: string) => onHost(lab, host, 'cd /usr/lib/lvs-lab && mv gone.pl answer.pl')

  it('are refused, with nothing changed and no secret told, where keepalived is somebody else’s', async () => {
    const theirs =
      'vrrp_instance x {\n  authentication {\n    auth_type PASS\n    auth_pass canary7\n  }\n}\n'
    await onHost(lab, 'lb2', `printf '%s' '${theirs}' >${CONF}`)
    const { status, stdout, stderr } = await lab.cli('apply', lab.file)
    expect(stdout + stderr).toMatch(
      /lb2: there is a \/etc\/keepalived\/keepalived\.conf already, and it is not this cluster's; "lvs-designer import --ssh lb2" draws what it does; /,
    )
    expect(stdout + stderr).not.toContain('canary7')
    expect(status).toBe(2)
    const json = await lab.cli('plan', lab.file, '--json')
    expect(json.stdout).not.toMatch(/canary7|base64:dnJycF9pbnN0YW5jZSB4/)
    expect(await onHost(lab, 'lb2', `cat ${CONF}; rm ${CONF}`)).toBe(theirs)
  })

  it('are refused, with nothing changed, where keepalived itself does not take the file', async () => {
    const file = join(lab.folder, 'secret.lvs.yaml')
    const text = await readFile(lab.file, 'utf8')
    await writeFile(file, text.replace('sync: true }', 'sync: true, auth: { secret: shop } }'))
    const { status, stdout, stderr } = await lab.cli('apply', file)
    expect(stdout + stderr).toMatch(
      /prepare: keepalived does not take its new file as it is: .*\/etc\/keepalived\/secrets\/shop\.conf.*; nothing was changed; mend /,
    )
    expect(status).toBe(2)
    expect(await traces()).toBe(before)
  })

  it('have what is drawn after a deployment that verified it on whoever has the VIP', async () => {
    const { status, stdout, stderr } = await lab.cli('apply', lab.file)
    expect(stdout, stderr).toMatch(/COMMITTED lb1: .*\nCOMMITTED lb2: /)
    expect(stdout).toMatch(/PASSED +service web: 2 connections from alice passed lb1/)
    expect(status).toBe(0)
    const generated = join(lab.folder, 'generated')
    expectOk(await finish(process.execPath, ['dist/cli.js', 'generate', lab.file, '--out', generated]))
    for (const host of DIRECTORS) {
      const wanted = await readFile(join(generated, host, 'keepalived.conf'), 'utf8')
      expect(await onHost(lab, host, `cat ${CONF}`)).toBe(wanted)
      expect(await onHost(lab, host, 'grep keepalived /proc/mounts; pgrep -c -x keepalived')).toBe('3\n')
    }
    const again = await lab.cli('plan', lab.file)
    expect(again.stdout).toMatch(/Nothing to change/)
  })

  it('keep a drain through a check that comes and goes, reload and are not restarted', async () => {
    const running = await onHost(lab, 'lb1', 'cat /run/keepalived.pid')
    expectOk(await lab.cli('drain', lab.file, 'web', 'rs1', '--wait', '60'))
    expect(await table('lb1')).toContain('-r 192.0.2.11:80 -g -w 0')
    await stopService('rs1')
    const gone = await until('lb1', `! ${serves('192.0.2.11')}`)
    told(`rs1 was out of the table ${gone} s after its service had ended (interval 1 s, 1 retry after 1 s)`)
    // Taken out by its check, it is neither drift nor something to do, and that is said.
    expectOk(await lab.cli('drift', lab.file))
    const verified = await lab.cli('verify', lab.file)
    expect(verified.stdout, verified.stderr).toMatch(
      /PASSED +lb1: as drawn; keepalived has taken out what does not answer its checks: 192\.0\.2\.11:80 of tcp 192\.0\.2\.100:80/,
    )
    expect(verified.status).toBe(0)
    await startService('rs1')
    await until('lb1', serves('192.0.2.11'))
    expect(await table('lb1')).toContain('-r 192.0.2.11:80 -g -w 0')
    expectOk(await lab.cli('undrain', lab.file, 'web', 'rs1'))
    expect(await table('lb1')).toContain('-r 192.0.2.11:80 -g -w 1')
    expect(await onHost(lab, 'lb1', 'cat /run/keepalived.pid')).toBe(running)
  })

  it('say sorry while no real server answers, and serve again', async () => {
    await Promise.all([stopService('rs1'), stopService('rs2')])
    await until('lb1', `${serves('192.0.2.13')} && ! ${serves('192.0.2.11')} && ! ${serves('192.0.2.12')}`)
    expect((await answers(lab, 'alice', URL, 2)).counts).toEqual({ sorry: 2 })
    expect((await lab.cli('drift', lab.file)).stdout).toMatch(/IN_SYNC lb1/)
    await Promise.all([startService('rs1'), startService('rs2')])
    await until('lb1', `! ${serves('192.0.2.13')} && ${serves('192.0.2.11')} && ${serves('192.0.2.12')}`)
    expect((await answers(lab, 'alice', URL, 4)).counts).toEqual({ rs1: 2, rs2: 2 })
  })

  it('go back to the file that was there when one of them restarts before it is told that the new one holds', async () => {
    const old = await onHost(lab, 'lb2', `sha256sum ${CONF}; ipvsadm -Sn`)
    const file = join(lab.folder, 'heavier.lvs.yaml')
    const text = await readFile(lab.file, 'utf8')
    await writeFile(file, text.replace('rs2: {}', 'rs2: { weight: 7 }'))
    await setFault(lab, 'lb2', 1, 'reset-after', 'mount --bind')
    const { status, stdout, stderr } = await startCli(lab, 'apply', file, '--timer', '15').ended
    expect(stdout, stderr).toMatch(/REVERTED +lb2/)
    expect(status).toBe(1)
    await until('lb2', 'pgrep -x keepalived && [ "$(ipvsadm -Sn | grep -c -- -r)" = 2 ]')
    expect(await onHost(lab, 'lb2', `sha256sum ${CONF}; ipvsadm -Sn`)).toBe(old)
    expect((await lab.cli('plan', lab.file)).stdout).toMatch(/Nothing to change/)
  })

  it('carry connections on when the active one fails, and take turns again when it is back', async () => {
    await until('lb1', 'ip -o address show | grep -q 192.0.2.100')
    // One that has begun its request before, and ends it when the other director has the VIP; and requests all the time.
    await lab.on(
      'alice',
      `cat >/tmp/long <<'SCRIPT'
exec 3<>/dev/tcp/192.0.2.100/80
for part in G E T; do printf $part >&3; sleep 0.2; done
echo open >/tmp/open-$1
until [ -e /tmp/go ]; do sleep 0.2; done
printf ' / HTTP/1.0\\r\\n\\r\\n' >&3
cat <&3 >/tmp/answer-$1
SCRIPT
       cat >/tmp/often <<'SCRIPT'
last=$(date +%s%N)
while [ ! -e /tmp/stop ]; do
  if curl -s -o /dev/null -m 1 --connect-timeout 0.5 ${URL}; then
    now=$(date +%s%N); echo $(((now - last) / 1000000)) >>/tmp/gaps; last=$now
  fi
  sleep 0.1
done
SCRIPT
       for i in 1 2 3 4; do setsid bash /tmp/long $i </dev/null >/dev/null 2>&1 & done
       setsid sh /tmp/often </dev/null >/dev/null 2>&1 &
       until [ "$(ls /tmp/open-* 2>/dev/null | wc -l)" = 4 ] && [ -s /tmp/gaps ]; do sleep 0.2; done`,
    )
    // The backup knows of them before it needs to.
    await until('lb2', `[ "$(ipvsadm -Lnc | grep -c 'ESTABLISHED.*198.51.100.50')" -ge 4 ]`)
    await hostPower(NAME, 'lb1', 'cut')
    await until('lb2', 'ip -o address show | grep -q 192.0.2.100')
    const open = `until curl -s -o /dev/null -m 2 ${URL}; do sleep 0.2; done; touch /tmp/go
       until [ "$(cat /tmp/answer-* 2>/dev/null | grep -c '^rs[12] ')" = 4 ]; do sleep 0.2; done
       known=$(wc -l </tmp/gaps); until [ "$(wc -l </tmp/gaps)" -gt "$known" ]; do sleep 0.1; done
       touch /tmp/stop; sort -n /tmp/gaps | tail -n 1`
    const gap = Number(
      (await lab.on('alice', `timeout 120 bash -c '${open.replaceAll("'", `'\\''`)}'`)).trim(),
    )
    told(`no new connection came about for ${gap / 1000} s when lb1 lost its power (advert 1 s)`)
    const verified = await lab.cli('verify', lab.file)
    expect(verified.stdout, verified.stderr).toMatch(/from alice passed lb2/)
    // One of the directors is away, and that is no success.
    expect(verified.stdout).toMatch(/UNKNOWN +lb1: /)

    await hostPower(NAME, 'lb1', 'start')
    await until('lb1', 'ip -o address show | grep -q 192.0.2.100')
    expectOk(await lab.cli('verify', lab.file))
    expect((await lab.cli('plan', lab.file)).stdout).toMatch(/Nothing to change/)
  })

  it('leave nothing of it when it is removed', async () => {
    expectOk(await lab.cli('remove', lab.file, '--drain', '0'))
    expect(await traces()).toBe(before)
  })

  it('may be one alone, which is handed over to ipvsadm and back', async () => {
    const text = alone(await readFile(lab.file, 'utf8'))
    const file = join(lab.folder, 'alone.lvs.yaml')
    const processes = 'pgrep -c -x keepalived; true'
    const deploy = async (drawn: string) => {
      await writeFile(file, drawn)
      const { status, stdout, stderr } = await lab.cli('apply', file, '--drain', '0')
      expect(stdout, stderr).toMatch(/PASSED +service web: \d+ connections from alice passed lb1/)
      expect(status).toBe(0)
      return table('lb1')
    }
    const kept = await deploy(text)
    expect(kept).toContain('-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1')
    expect(await onHost(lab, 'lb1', processes)).not.toBe('0\n')
    expect(await deploy(byHand(text))).toBe(kept)
    expect(await onHost(lab, 'lb1', `${processes}; [ -e ${CONF} ] || echo gone`)).toBe('0\ngone\n')
    expect(await deploy(text)).toBe(kept)
    expect(await onHost(lab, 'lb1', processes)).not.toBe('0\n')
    expectOk(await lab.cli('remove', file, '--drain', '0'))
    expect(await traces()).toBe(before)
  })
})
