import { describe, expect, it } from 'vitest'
import { bytes, decodeOne, packet, refusalOf, uint16 } from './support.js'

function publishTo(topic: string | Buffer): Buffer {
  const encoded = bytes(topic)
  return packet(0x30, uint16(encoded.length), encoded, 0)
}

describe('a string', () => {
  it.each(['t', 'ü', '€', '𝄞', 'a€𝄞z', '\u00a0', '\ud7ff', '\ue000', '\ufffd', '\ufeffa', '~ !'])(
    'may be %j',
    (topic) => {
      expect(decodeOne(publishTo(Buffer.from(topic)))).toMatchObject({ topic })
    }
  )

  it.each([
    ['a lone continuation byte', '80'],
    ['a lead byte without continuation', '61c3'],
    ['a lead byte before ASCII', 'c361'],
    ['a cut three-byte sequence', 'e282'],
    ['an overlong slash', 'c0af'],
    ['an overlong slash in three bytes', 'e080af'],
    ['an overlong slash in four bytes', 'f08080af'],
    ['the last overlong three bytes', 'e09fbf'],
    ['the last overlong four bytes', 'f08fbfbd'],
    ['a high surrogate', 'eda080'],
    ['a low surrogate', 'edbfbf'],
    ['a code point above U+10FFFF', 'f4908080'],
    ['a five-byte sequence', 'f888808080'],
    ['0xff', 'ff']
  ])('is malformed with %s [MQTT-1.5.4-1]', (_, hex) => {
    expect(refusalOf(publishTo(hex))).toBe(0x81)
  })

  it.each(['00', '6100', '01', '1f', '7f', 'c280', 'c29f', '0a'])(
    'is malformed with the control character %s',
    (hex) => {
      expect(refusalOf(publishTo(hex))).toBe(0x81)
    }
  )

  it.each(['efbfbe', 'efbfbf', 'efb790', 'efb7af', 'f09fbfbe', 'f48fbfbf'])(
    'is malformed with the non-character %s',
    (hex) => {
      expect(refusalOf(publishTo(hex))).toBe(0x81)
    }
  )
})
