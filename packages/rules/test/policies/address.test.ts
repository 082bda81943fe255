import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress, parseAddressBlock } from '../../src/policies/address.js'
import { allow, deny, mayConnect } from './builders.js'

function isIn(block: string, address: string): boolean {
  return mayConnect([allow('*', { condition: { address: block } })], { address })
}

describe('an address is in a block', () => {
  test.each([
    ['10.0.0.7', '10.0.0.7'],
    ['10.0.0.7/32', '10.0.0.7'],
    ['10.0.0.0/8', '10.255.1.2'],
    ['10.0.0.9/8', '10.255.1.2'],
    ['192.168.4.0/22', '192.168.7.255'],
    ['0.0.0.0/0', '1.2.3.4'],
    ['0.0.0.0/0', '::ffff:1.2.3.4'],
    ['10.0.0.0/8', '::ffff:10.0.0.7'],
    ['10.0.0.0/8', '::FFFF:0a00:7'],
    ['10.0.0.0/8', '[::ffff:10.0.0.7]'],
    ['::ffff:10.0.0.0/104', '10.9.9.9'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::1', '::1'],
    ['::1', '[::1]'],
    ['[::1]', '0:0:0:0:0:0:0:1'],
    ['2001:db8::/32', '2001:db8:ffff::1'],
    ['2001:DB8::/33', '2001:db8:7fff::'],
    ['fe80::/10', 'fe80::1%eth0'],
    ['::/0', '2001:db8::1'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304']
  ])('%s holds %s', (block, address) => expect(isIn(block, address)).toBe(true))

  test.each([
    ['10.0.0.7', '10.0.0.8'],
    ['10.0.0.0/8', '11.0.0.0'],
    ['192.168.4.0/22', '192.168.8.0'],
    ['192.168.4.0/22', '192.168.3.255'],
    ['::/0', '1.2.3.4'],
    ['0.0.0.0/0', '::1'],
    ['::10.0.0.7', '10.0.0.7'],
    ['2001:db8::/33', '2001:db8:8000::'],
    ['::1', '::2'],
    ['::ffff:10.0.0.0/104', '11.0.0.1']
  ])('%s does not hold %s', (block, address) => expect(isIn(block, address)).toBe(false))
})

test.each([
  '',
  '10',
  '10.0.0',
  '10.0.0.0.0',
  '10.0.0.256',
  '010.0.0.1',
  '0x0a.0.0.1',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0 /8',
  '10.0.0.0/255.0.0.0',
  '::/129',
  ':::',
  '::1::',
  ':1',
  '1:',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::8',
  '1:2:3:4:5:6:7:1.2.3.4',
  '1.2.3.4::',
  'g::',
  '12345::',
  '::ffff:10.0.0.0/95',
  'fe80::1%eth0',
  '[::1',
  'localhost',
  '*'
])('%s is no block', (text) => expect(parseAddressBlock(text)).toBeUndefined())

test('every IPv6 address is read as node reads it, and no other', () => {
  const parts = fc.array(fc.constantFrom('::', ':', ':', '1', 'ffff', '0', 'a00', '10.0.0.7', '.', 'g'), {
    maxLength: 12
  })
  const text = fc.oneof(
    parts.map((it) => it.join('')),
    fc.ipV6(),
    fc.ipV4()
  )
  fc.assert(
    fc.property(text, (address) => {
      expect(parseAddress(address) !== undefined).toBe(isIP(address) !== 0)
    }),
    { numRuns: 5_000 }
  )
})

test('a block holds what the one of node holds', () => {
  const near = fc.tuple(fc.ipV6(), fc.nat(15), fc.nat(128))
  fc.assert(
    fc.property(near, fc.nat(255), ([base, at, bits], byte) => {
      const bytes = parseAddress(base)!
      fc.pre(bytes.length === 16)
      const other = bytes.map((it, i) => (i === at ? byte : it))
      const written = Array.from({ length: 8 }, (_, i) =>
        (other[2 * i]! * 256 + other[2 * i + 1]!).toString(16)
      )
      fc.pre(parseAddress(written.join(':'))!.length === 16)
      const list = new BlockList()
      list.addSubnet(base, bits, 'ipv6')
      expect(isIn(`${base}/${bits}`, written.join(':'))).toBe(list.check(written.join(':'), 'ipv6'))
    }),
    { numRuns: 2_000 }
  )
})

describe('an address that cannot be read', () => {
  const condition = { address: '10.0.0.0/8' }

  test.each(['', 'unknown', '10.0.0.7:1883', '10.0.0'])(
    '%s is let in by no block, and kept out by every one',
    (address) => {
      expect(mayConnect([allow('*', { condition })], { address })).toBe(false)
      expect(mayConnect([deny('*', { condition }), allow('*')], { address })).toBe(false)
      expect(mayConnect([allow('*')], { address })).toBe(true)
    }
  )
})
