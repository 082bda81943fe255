import { describe, expect, it } from 'vitest'
import { bytes, decodeAll, packet, properties, refusalOf, type Setting, text, uint16 } from './support.js'

/** name, a valid value on the wire, and who may carry it (table 2-4) */
const table: [name: string, wire: Buffer, carriers: string][] = [
  ['payload format indicator', bytes(0x01, 1), 'publish will'],
  ['message expiry interval', bytes(0x02, '00000001'), 'publish will'],
  ['content type', bytes(0x03, text('x')), 'publish will'],
  ['response topic', bytes(0x08, text('x')), 'publish will'],
  ['correlation data', bytes(0x09, text('x')), 'publish will'],
  ['subscription identifier', bytes(0x0b, 1), 'subscribe publish-to-client'],
  ['session expiry interval', bytes(0x11, '00000001'), 'connect connack disconnect'],
  ['assigned client identifier', bytes(0x12, text('x')), 'connack'],
  ['server keep alive', bytes(0x13, uint16(1)), 'connack'],
  ['authentication method', bytes(0x15, text('x')), 'connect connack auth'],
  ['authentication data', bytes(0x16, text('x')), 'connack'],
  ['request problem information', bytes(0x17, 1), 'connect'],
  ['will delay interval', bytes(0x18, '00000001'), 'will'],
  ['request response information', bytes(0x19, 1), 'connect'],
  ['response information', bytes(0x1a, text('x')), 'connack'],
  ['server reference', bytes(0x1c, text('x')), 'connack disconnect'],
  [
    'reason string',
    bytes(0x1f, text('x')),
    'connack puback pubrec pubrel pubcomp suback unsuback disconnect'
  ],
  ['receive maximum', bytes(0x21, uint16(1)), 'connect connack'],
  ['topic alias maximum', bytes(0x22, uint16(1)), 'connect connack'],
  ['topic alias', bytes(0x23, uint16(1)), 'publish'],
  ['maximum QoS', bytes(0x24, 1), 'connack'],
  ['retain available', bytes(0x25, 1), 'connack'],
  ['maximum packet size', bytes(0x27, '00000001'), 'connect connack'],
  ['wildcard subscription available', bytes(0x28, 1), 'connack'],
  ['subscription identifiers available', bytes(0x29, 1), 'connack'],
  ['shared subscription available', bytes(0x2a, 1), 'connack']
]

const client: Setting = { role: 'client', level: 5 }
const method = bytes(0x15, text('m'))

/** how a packet looks around a property list */
const carriers: Record<string, { around: (list: Buffer) => Buffer; setting?: Setting; foreign?: number }> = {
  connect: { around: (list) => connect(2, list, text('d')), setting: { level: 0 } },
  will: { around: (list) => connect(6, 0, text('d'), list, text('w'), text('p')), setting: { level: 0 } },
  connack: { around: (list) => packet(0x20, 0, 0, list), setting: client },
  publish: { around: (list) => packet(0x30, text('t'), list) },
  'publish-to-client': { around: (list) => packet(0x30, text('t'), list), setting: client },
  puback: { around: (list) => packet(0x40, uint16(1), 0, list) },
  pubrec: { around: (list) => packet(0x50, uint16(1), 0, list) },
  pubrel: { around: (list) => packet(0x62, uint16(1), 0, list) },
  pubcomp: { around: (list) => packet(0x70, uint16(1), 0, list) },
  subscribe: { around: (list) => packet(0x82, uint16(1), list, text('f'), 0), foreign: 0x81 },
  suback: { around: (list) => packet(0x90, uint16(1), list, 0), setting: client },
  unsubscribe: { around: (list) => packet(0xa2, uint16(1), list, text('f')), foreign: 0x81 },
  unsuback: { around: (list) => packet(0xb0, uint16(1), list, 0), setting: client },
  disconnect: { around: (list) => packet(0xe0, 0, list) },
  auth: { around: (list) => packet(0xf0, 0x18, list) }
}

function connect(flags: number, ...rest: (number | Buffer)[]): Buffer {
  return packet(0x10, text('MQTT'), 5, flags, uint16(0), ...rest)
}

describe.each(Object.entries(carriers))('%s', (carrier, { around, setting, foreign = 0x82 }) => {
  const alsoCarried = carrier === 'publish-to-client' ? 'publish' : carrier
  const own = table.filter(([, , list]) =>
    list.split(' ').some((name) => name === carrier || name === alsoCarried)
  )
  const others = table.filter((row) => !own.includes(row) && !(carrier === 'publish' && row[1][0] === 0x0b))

  it.each(own)('may carry %s once', (name, wire) => {
    const repeatable = carrier === 'publish-to-client' && name === 'subscription identifier'
    const extra = carrier === 'auth' && wire[0] !== 0x15 ? method : Buffer.alloc(0)
    expect(decodeAll(around(properties(extra, wire)), setting)).toHaveLength(1)
    if (!repeatable) expect(refusalOf(around(properties(extra, wire, wire)), setting)).toBe(0x82)
  })

  it.each(others)('must not carry %s', (name, wire) => {
    const dataBesideMethod = name === 'authentication data' && (carrier === 'connect' || carrier === 'auth')
    if (dataBesideMethod) expect(decodeAll(around(properties(method, wire)), setting)).toHaveLength(1)
    else expect(refusalOf(around(properties(wire)), setting)).toBe(foreign)
  })

  it.each(table)('is malformed when %s has no value', (_, wire) => {
    expect(refusalOf(around(properties(wire[0])), setting)).toBe(0x81)
    expect(refusalOf(around(properties(wire.subarray(0, wire.length - 1))), setting)).toBe(0x81)
  })

  it('may carry user properties, also twice the same and empty ones', () => {
    const pair = bytes(0x26, text('k'), text('v'))
    const extra = carrier === 'auth' ? method : Buffer.alloc(0)
    const list = properties(extra, pair, pair, bytes(0x26, text(''), text('')))
    expect(JSON.stringify(decodeAll(around(list), setting))).toContain('"value":"v"},{"key":"k"')
    expect(refusalOf(around(properties(0x26)), setting)).toBe(0x81)
    expect(refusalOf(around(properties(0x26, text('k'))), setting)).toBe(0x81)
  })

  it.each([
    '00',
    '04',
    '05',
    '07',
    '0a',
    '0c',
    '10',
    '14',
    '1b',
    '1d',
    '20',
    '2b',
    '7f',
    '8000',
    '8001',
    'ff7f',
    'ffffff7f'
  ])('is malformed with the unknown property %s', (id) => {
    expect(refusalOf(around(properties(id, 1)), setting)).toBe(0x81)
  })

  it('is malformed when its property length is cut or overlong', () => {
    expect(refusalOf(around(bytes('ff')), setting)).toBe(0x81)
    expect(refusalOf(around(bytes('8000')), setting)).toBe(0x81)
    expect(refusalOf(around(bytes('ffffffff')), setting)).toBe(0x81)
  })
})
