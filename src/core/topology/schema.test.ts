import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { topologySchema } from './language.js'
import { parseTopology } from './parse.js'

const FILE = 'media/topology.schema.json'
const validate = new Ajv2020({
  strict: true,
  allErrors: true,
  unicodeRegExp: true,
  allowUnionTypes: true,
}).compile(topologySchema())

describe('the JSON Schema of a topology', () => {
  it('is what media/topology.schema.json holds (after a change: npm run docs)', () => {
    const wanted = `${JSON.stringify(topologySchema(), null, 2)}\n`
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FILE, wanted)
    expect(readFileSync(FILE, 'utf8')).toBe(wanted)
  })

  it.each(readdirSync('samples'))('takes samples/%s', (file) => {
    expect(validate(parse(readFileSync(`samples/${file}`, 'utf8'))), JSON.stringify(validate.errors)).toBe(
      true,
    )
  })

  // One grammar makes both, so what one refuses the other does too, as far as JSON Schema can say it.
  it.each([
    'lvs: 1\nname: x\nextra: 1\n',
    'lvs: 1\n',
    'lvs: 1\nname: x\nhosts: { a: { role: boss } }\n',
    'lvs: 1\nname: x\nservices: { web: { mode: nat, port: 70000 } }\n',
    'lvs: 1\nname: x\nservices: { web: { mode: nat, scheduler: wlcc } }\n',
    'lvs: 1\nname: x\nnetworks: [a]\n',
    'lvs: 1\nname: x\nhosts: { a: { role: client, interfaces: { eth0: { network: n, mac: zz } } } }\n',
    'lvs: 1\nname: ../up\n',
  ])('refuses what the reader refuses: %j', (text) => {
    expect(parseTopology(text).problems).not.toEqual([])
    expect(validate(parse(text))).toBe(false)
  })
})
