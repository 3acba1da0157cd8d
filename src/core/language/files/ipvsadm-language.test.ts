import { describe, expect, it } from 'vitest'
import { IPVSADM_OPTIONS } from '../../formats/ipvsadm/options.js'
import { SCHEDULERS } from '../../topology/types.js'
import { ipvsadmLanguage } from './ipvsadm-language.js'

/** The caret is where `|` stands. */
function at(marked: string) {
  const offset = marked.indexOf('|')
  return { offset, language: ipvsadmLanguage(marked.replace('|', '')) }
}

function labels(marked: string): string[] {
  const { language, offset } = at(marked)
  return language.completeAt(offset).map(({ label }) => label)
}

describe('rules of ipvsadm', () => {
  it('are an outline of services', () => {
    const text = '-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:80 -m\n'
    expect(ipvsadmLanguage(text).symbols()).toMatchObject([
      { name: 'tcp 192.0.2.1:80', children: [{ name: '10.0.0.1:80', detail: 'nat' }] },
    ])
  })

  it.each(IPVSADM_OPTIONS)('say what --$long means, however it is written', ({ name, long, meaning }) => {
    for (const way of new Set([`--${long}`, name === long ? `--${long}` : `-${name}`])) {
      const { markdown } = ipvsadmLanguage(`${way} 1 1 1\n`).hoverAt(1) ?? {}
      expect(markdown).toContain(`--${long}`)
      expect(markdown).toContain(meaning)
    }
  })

  it('say it at a value too, and of a scheduler what it does', () => {
    const { language, offset } = at('-A -t 192.0.2.1:80 -s w|lc\n')
    const { markdown, span } = language.hoverAt(offset) ?? {}
    expect(markdown).toMatch(/-s, --scheduler SCHEDULER[\s\S]*Whom a new connection goes to[\s\S]*weight/)
    expect(span).toEqual({ start: 22, end: 25 })
  })

  it('say nothing where nothing stands', () => {
    expect(ipvsadmLanguage('\n# -A\n').hoverAt(0)).toBeUndefined()
    expect(labels('-A -t 192.0.2.1:80 # |')).toEqual([])
  })

  it('offer commands first, then what goes with the one that is there', () => {
    const commands = IPVSADM_OPTIONS.filter(({ command }) => command).length
    expect(labels('|')).toHaveLength(commands)
    expect(labels('|')).toContain('-A')
    expect(labels('-A |')).toEqual([
      '-t',
      '-u',
      '--sctp-service',
      '-f',
      '-s',
      '-p',
      '-M',
      '--pe',
      '-b',
      '-o',
      '-6',
    ])
    expect(labels('-a -t 192.0.2.1:80 -r 10.0.0.1 -m -|')).toEqual([
      '-w',
      '-x',
      '-y',
      '-6',
      '--tun-type',
      '--tun-port',
      '--tun-nocsum',
      '--tun-csum',
      '--tun-remcsum',
    ])
    expect(labels('ipvsadm --start-daemon master --m|')).toContain('--mcast-interface')
  })

  it('offer values where there is a closed set of them, and services that are there', () => {
    expect(labels('-A -t 192.0.2.1:80 -s |')).toEqual([...SCHEDULERS])
    expect(labels('-A -t 192.0.2.1:80 -s mh -b |')).toContain('mh-port')
    expect(labels('-a -f 1 -r 10.0.0.1 -i --tun-type g|')).toEqual(['ipip', 'gue', 'gre'])
    expect(labels('--start-daemon |')).toEqual(['master', 'backup'])
    expect(labels('-A -t 192.0.2.1:80\n-A -u 192.0.2.1:53\n-A -f 7\n-a -t |')).toEqual(['192.0.2.1:80'])
    expect(labels('-A -t |')).toEqual([])
    expect(labels('-A -t 192.0.2.1:80\n-A -f 7\n-a -f |')).toEqual(['7'])
  })

  it('replace what is written so far', () => {
    const { language, offset } = at('-A -t 192.0.2.1:80 -s w|')
    expect(language.completeAt(offset)[0]?.span).toEqual({ start: offset - 1, end: offset })
  })
})
