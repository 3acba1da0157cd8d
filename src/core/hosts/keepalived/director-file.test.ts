import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseTopology } from '../../topology/parse.js'
import { deriveCluster } from '../cluster.js'
import { directorConfiguration } from './director-file.js'

const PAIR = readFileSync('test/fixtures/keepalived-pair.lvs.yaml', 'utf8')

function globals(text: string): string {
  const { topology, services } = deriveCluster(parseTopology(text).topology)
  return (
    /^global_defs \{\n(.*?)^\}/ms.exec(
      directorConfiguration(topology, services, 'lb1')?.written.text ?? '',
    )?.[1] ?? ''
  )
}

describe('what keepalived is told of itself', () => {
  it('is to test a file before it reads it again', () => {
    expect(globals(PAIR.replace(/type: script.*?\}/, 'type: tcp }'))).toMatch(/^ {4}reload_check_config$/m)
  })

  it('is to run scripts by their own user, without the test that ends itself at those', () => {
    const told = globals(PAIR)
    expect(told).toMatch(/^ {4}enable_script_security\n {4}script_user keepalived_script$/m)
    expect(told).not.toContain('reload_check_config')
  })
})
