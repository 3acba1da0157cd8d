// The drawings of the walkthrough, as LVS Designer itself exports them: media/walkthrough/{draw,check}-{light,dark}.svg.
// Run after `npm run build`, when the drawing looks different from before.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'lvs-walkthrough-'))
try {
  // The sample of direct routing with two of its classic faults: another port, and ARP answered for the VIP.
  const wrong = join(folder, 'wrong.lvs.yaml')
  const text = readFileSync('samples/pair.lvs.yaml', 'utf8')
    .replace('director: [lb1, lb2]', 'director: lb1')
    .replace(/^vrrp:.*\nmanage:.*\n/m, '')
    .replace(/ {2}lb2:\n(?: {4}.*\n)+/, '')
    .replace('rs2: {}', 'rs2: { port: 8080 }')
    .replace(
      'address: 192.0.2.11 }\n',
      'address: 192.0.2.11 }\n    sysctls: { net.ipv4.conf.all.arp_ignore: 0 }\n',
    )
  writeFileSync(wrong, text)
  for (const [picture, file] of [
    ['draw', 'samples/nat.lvs.yaml'],
    ['check', wrong],
  ])
    for (const theme of ['light', 'dark']) {
      const out = join('media', 'walkthrough', `${picture}-${theme}.svg`)
      const { status } = spawnSync(
        process.execPath,
        ['dist/cli.js', 'diagram', file, '--out', out, '--theme', theme],
        { stdio: 'inherit' },
      )
      if (status !== 0) process.exit(status ?? 1)
    }
} finally {
  rmSync(folder, { recursive: true })
}
