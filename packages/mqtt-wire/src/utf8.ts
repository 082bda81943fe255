import { malformed } from './violation.js'

const firstPrintable = 0x20
const deleteCharacter = 0x7f
const lastControl = 0x9f
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff
const firstNonCharacter = 0xfdd0
const lastNonCharacter = 0xfdef
const lastCodePoint = 0x10ffff
/** the last two code points of each plane, U+nFFFE and U+nFFFF, are non-characters */
const planeEnd = 0xfffe

/**
 * The UTF-8 string in bytes[start, end). Ill-formed text and surrogates are refused [MQTT-1.5.4-1], U+0000 too
 * [MQTT-1.5.4-2]. Control characters and non-characters, which a receiver may refuse (1.5.4), are refused as well:
 * they are what log and terminal injection is made of. U+FEFF is kept [MQTT-1.5.4-3].
 */
export function readUtf8(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte < firstPrintable || byte >= deleteCharacter) {
      checkUtf8(bytes, at, end)
      return bytes.toString('utf8', start, end)
    }
  }
  return bytes.toString('latin1', start, end)
}

function checkUtf8(bytes: Buffer, start: number, end: number): void {
  let at = start
  while (at < end) {
    const first = bytes[at]
    const size = sequenceLength(first)
    if (size === 0 || at + size > end) throw malformed('ill-formed UTF-8')
    let codePoint = size === 1 ? first : first & (0x7f >> size)
    for (let next = at + 1; next < at + size; next++) {
      if ((bytes[next] & 0xc0) !== 0x80) throw malformed('ill-formed UTF-8')
      codePoint = (codePoint << 6) | (bytes[next] & 0x3f)
    }
    checkCodePoint(codePoint, size)
    at += size
  }
}

function sequenceLength(firstByte: number): number {
  if (firstByte < 0x80) return 1
  if (firstByte >= 0xc2 && firstByte <= 0xdf) return 2
  if (firstByte >= 0xe0 && firstByte <= 0xef) return 3
  if (firstByte >= 0xf0 && firstByte <= 0xf4) return 4
  return 0
}

function checkCodePoint(codePoint: number, size: number): void {
  if ((size === 3 && codePoint < 0x800) || (size === 4 && codePoint < 0x10000)) {
    throw malformed('overlong UTF-8')
  }
  if (codePoint > lastCodePoint) throw malformed('ill-formed UTF-8')
  if (codePoint >= firstSurrogate && codePoint <= lastSurrogate) throw malformed('surrogate in UTF-8')
  if (codePoint < firstPrintable || (codePoint >= deleteCharacter && codePoint <= lastControl)) {
    throw malformed('control character in a string')
  }
  const nonCharacter = codePoint >= firstNonCharacter && codePoint <= lastNonCharacter
  if (nonCharacter || (codePoint & planeEnd) === planeEnd) throw malformed('non-character in a string')
}
