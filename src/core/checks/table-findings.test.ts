import { describe, expect, it } from 'vitest'
import { keepalivedConfiguration } from '../formats/keepalived/configuration.js'
import { keepalivedTable } from '../formats/keepalived/table.js'
import { readKeepalived } from '../formats/keepalived/tree.js'
import { NO_FILES } from '../formats/source-text.js'
import { imported } from '../import/import.test-kit.js'
import { parseTopology } from '../topology/parse.js'
import { checkIpvsadm } from './ipvsadm/check.js'
import { checkKeepalived } from './keepalived/check.js'
import { checkLdirectord } from './ldirectord/check.js'
import { checkTopology } from './check.js'
import type { FileFinding } from './file-finding.js'
import { tableFindings } from './table-findings.js'

/** One service at fault in the three languages, and where in each the fault is shown. */
interface Case {
  readonly code: string
  readonly keepalived: string
  readonly ipvsadm: string
  readonly ldirectord: string
  readonly at: readonly [string, string, string]
}

const real = (address: string, more = '') => `real_server ${address} {\n ${more}\n }`
const server = (target: string, lines: readonly string[]) =>
  `virtual_server ${target} {\n ${lines.join('\n ')}\n}\n`

const CASES: readonly Case[] = [
  {
    code: 'SCHED-DST',
    keepalived: server('10.0.0.1 80', [
      'lb_algo dh',
      'lb_kind DR',
      'protocol TCP',
      real('10.0.0.2 80'),
      real('10.0.0.3 80'),
    ]),
    ipvsadm:
      '-A -t 10.0.0.1:80 -s dh\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g\n-a -t 10.0.0.1:80 -r 10.0.0.3:80 -g\n',
    ldirectord:
      'virtual=10.0.0.1:80\n\treal=10.0.0.2:80 gate\n\treal=10.0.0.3:80 gate\n\tscheduler=dh\n\tchecktype=connect\n',
    at: ['dh', 'dh', 'dh'],
  },
  {
    code: 'SCHED-W',
    keepalived: server('10.0.0.1 80', [
      'lb_algo rr',
      'lb_kind DR',
      'protocol TCP',
      real('10.0.0.2 80', 'weight 3'),
      real('10.0.0.3 80'),
    ]),
    ipvsadm:
      '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g -w 3\n-a -t 10.0.0.1:80 -r 10.0.0.3:80 -g\n',
    ldirectord: 'virtual=10.0.0.1:80\n\treal=10.0.0.2:80 gate 3\n\treal=10.0.0.3:80 gate\n\tscheduler=rr\n',
    at: ['rr', 'rr', 'rr'],
  },
  {
    code: 'SCHED-OVF',
    keepalived: server('10.0.0.1 53', [
      'lb_algo ovf',
      'lb_kind DR',
      'protocol UDP',
      real('10.0.0.2 53', 'weight 9'),
    ]),
    ipvsadm: '-A -u 10.0.0.1:53 -s ovf\n-a -u 10.0.0.1:53 -r 10.0.0.2:53 -g -w 9\n',
    ldirectord: 'virtual=10.0.0.1:53\n\treal=10.0.0.2:53 gate 9\n\tscheduler=ovf\n\tprotocol=udp\n',
    at: ['ovf', 'ovf', 'ovf'],
  },
  {
    code: 'SCHED-HASH',
    keepalived: server('10.0.0.1 80', [
      'lb_algo sh',
      'lb_kind DR',
      'protocol TCP',
      real('10.0.0.2 80'),
      real('10.0.0.3 80'),
    ]),
    ipvsadm:
      '-A -t 10.0.0.1:80 -s sh\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g\n-a -t 10.0.0.1:80 -r 10.0.0.3:80 -g\n',
    ldirectord: 'virtual=10.0.0.1:80\n\treal=10.0.0.2:80 gate\n\treal=10.0.0.3:80 gate\n\tscheduler=sh\n',
    at: ['sh', 'sh', 'sh'],
  },
  {
    code: 'SCHED-FALLBACK',
    keepalived: server('10.0.0.1 80', [
      'lb_algo sh',
      'sh-port',
      'lb_kind DR',
      'protocol TCP',
      real('10.0.0.2 80', 'weight 0'),
      real('10.0.0.3 80'),
    ]),
    ipvsadm:
      '-A -t 10.0.0.1:80 -s sh -b sh-port\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g -w 0\n-a -t 10.0.0.1:80 -r 10.0.0.3:80 -g\n',
    ldirectord:
      'virtual=10.0.0.1:80\n\treal=10.0.0.2:80 gate 0\n\treal=10.0.0.3:80 gate\n\tscheduler=sh\n\tschedflags=sh-port\n',
    at: ['sh', 'sh', 'sh'],
  },
  {
    code: 'SCHED-TWOS',
    keepalived: server('10.0.0.1 80', ['lb_algo twos', 'lb_kind DR', 'protocol TCP', real('10.0.0.2 80')]),
    ipvsadm: '-A -t 10.0.0.1:80 -s twos\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g\n',
    ldirectord: 'virtual=10.0.0.1:80\n\treal=10.0.0.2:80 gate\n\tscheduler=twos\n',
    at: ['twos', 'twos', 'twos'],
  },
  {
    code: 'NAT-OPS',
    keepalived: server('10.0.0.1 53', [
      'lb_algo wlc',
      'lb_kind NAT',
      'protocol UDP',
      'ops',
      real('10.0.0.2 53'),
    ]),
    ipvsadm: '-A -u 10.0.0.1:53 -s wlc -o\n-a -u 10.0.0.1:53 -r 10.0.0.2:53 -m\n',
    ldirectord: 'virtual=10.0.0.1:53\n\treal=10.0.0.2:53 masq\n\tprotocol=udp\n\tops=yes\n',
    at: ['ops', '-A -u 10.0.0.1:53 -s wlc -o', 'yes'],
  },
  {
    code: 'NAT-LOOP127',
    keepalived: server('10.0.0.1 81', ['lb_algo wlc', 'lb_kind NAT', 'protocol TCP', real('127.0.0.1 80')]),
    ipvsadm: '-A -t 10.0.0.1:81 -s wlc\n-a -t 10.0.0.1:81 -r 127.0.0.1:80 -m\n',
    ldirectord: 'virtual=10.0.0.1:81\n\treal=127.0.0.1:80 masq\n',
    at: ['127.0.0.1', '-a -t 10.0.0.1:81 -r 127.0.0.1:80 -m', '127.0.0.1:80 masq'],
  },
  {
    code: 'NAT-FTP',
    keepalived: server('10.0.0.1 21', ['lb_algo wlc', 'lb_kind DR', 'protocol TCP', real('10.0.0.2 21')]),
    ipvsadm: '-A -t 10.0.0.1:21 -s wlc\n-a -t 10.0.0.1:21 -r 10.0.0.2:21 -g\n',
    ldirectord: 'virtual=10.0.0.1:21\n\treal=10.0.0.2:21 gate\n',
    at: ['10.0.0.1', '-A -t 10.0.0.1:21 -s wlc', '10.0.0.1:21'],
  },
  {
    code: 'UDP-STICK',
    keepalived: server('10.0.0.1 514', [
      'lb_algo wlc',
      'lb_kind DR',
      'protocol UDP',
      real('10.0.0.2 514'),
      real('10.0.0.3 514'),
    ]),
    ipvsadm:
      '-A -u 10.0.0.1:514 -s wlc\n-a -u 10.0.0.1:514 -r 10.0.0.2:514 -g\n-a -u 10.0.0.1:514 -r 10.0.0.3:514 -g\n',
    ldirectord: 'virtual=10.0.0.1:514\n\treal=10.0.0.2:514 gate\n\treal=10.0.0.3:514 gate\n\tprotocol=udp\n',
    at: ['10.0.0.1', '-A -u 10.0.0.1:514 -s wlc', '10.0.0.1:514'],
  },
]

const LANGUAGES = ['keepalived', 'ipvsadm', 'ldirectord'] as const

function findingsOf(language: (typeof LANGUAGES)[number], text: string): readonly FileFinding[] {
  const source = { name: 'file', text }
  if (language === 'keepalived') return checkKeepalived(source, NO_FILES).findings
  return language === 'ipvsadm' ? checkIpvsadm(source) : checkLdirectord(source)
}

describe.each(CASES)('$code', ({ code, at, ...texts }) => {
  it.each(LANGUAGES.map((language, index) => [language, index] as const))(
    'is found in %s',
    (language, index) => {
      const text = texts[language]
      const told = findingsOf(language, text).filter((finding) => finding.code === code)
      expect(told.map(({ span }) => text.slice(span.start, span.end))).toEqual([at[index]])
    },
  )

  it.each(LANGUAGES)('weighs in %s what it weighs in a drawing of it', (language) => {
    const of = (findings: readonly { readonly code: string; readonly severity: string }[]) =>
      findings.filter((finding) => finding.code === code).map(({ severity }) => severity)
    const drawn = checkTopology(parseTopology(imported(language, [texts[language]]).text))
    expect(of(findingsOf(language, texts[language]))).toEqual(of(drawn))
  })
})

describe('a fix of the scheduler', () => {
  it.each(LANGUAGES)('mends %s', (language) => {
    const text = CASES[0]?.[language] ?? ''
    const code = 'SCHED-DST'
    const [edit] = findingsOf(language, text).find((finding) => finding.code === code)?.fixes[0]?.edits ?? []
    expect(edit?.newText).toBe('wlc')
    const mended = text.slice(0, edit?.span.start) + (edit?.newText ?? '') + text.slice(edit?.span.end)
    expect(findingsOf(language, mended).filter((finding) => finding.code === code)).toEqual([])
  })
})

describe('what is well', () => {
  it('is not found fault with, in tables of every kind', () => {
    const text = server('10.0.0.1 80', [
      'lb_algo wlc',
      'lb_kind NAT',
      'protocol TCP',
      real('10.0.0.2 80', 'weight 3'),
      real('10.0.0.3 8080'),
    ])
    const tree = readKeepalived({ name: 'file', text }, { files: NO_FILES, id: undefined })
    expect(
      keepalivedTable(keepalivedConfiguration(tree)).flatMap((entry) => tableFindings(entry.virtualService)),
    ).toEqual([])
  })

  it('is said once of a group, however many addresses it has', () => {
    const text = `virtual_server_group G {\n 10.0.0.1-9 80\n}\n${CASES[0]?.keepalived.replace('10.0.0.1 80', 'group G') ?? ''}`
    expect(findingsOf('keepalived', text).filter(({ code }) => code === 'SCHED-DST')).toHaveLength(1)
  })

  it('of ipvsadm has a real server that takes connections', () => {
    const codes = (text: string) => findingsOf('ipvsadm', text).map(({ code }) => code)
    expect(codes('-A -t 10.0.0.1:80 -s wlc\n')).toEqual(['NORS'])
    expect(codes('-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g -w 0\n')).toEqual(['NORS'])
    expect(codes('-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g\n')).toEqual([])
  })
})

describe('a table of ipvsadm that is read in part', () => {
  const WEB = '-A -t 192.0.2.10:80 -s rr\n'
  const codes = (text: string) => findingsOf('ipvsadm', text).map(({ code }) => code)

  it('is not said to have no real server', () => {
    expect(
      codes(`#!/bin/sh\nRS1=10.0.0.2\nipvsadm ${WEB}ipvsadm -a -t 192.0.2.10:80 -r $RS1:80 -g\n`),
    ).toEqual(['IPVS-NAME'])
    expect(codes(`${WEB}-a -t 192.0.2.10:80 -r web1:http -g\n`)).toEqual(['IPVS-NAME'])
    expect(
      codes(`${WEB}-a -t 192.0.2.10:80 -r 10.0.0.2:80 -g -w 0\n-a -t 192.0.2.10:80 -r $RS1:80 -g\n`),
    ).toEqual(['IPVS-NAME'])
    expect(codes(WEB)).toEqual(['NORS'])
  })
})
