const encoder = new TextEncoder()

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Bytes of `text` in UTF-8, without encoding it. */
export function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    // Each half of a surrogate pair counts two of the pair's four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}

/** Code points, the unit in which limits on characters are stated. */
export function countCharacters(text: string): number {
  let characters = 0
  for (const _ of text) characters++
  return characters
}

/** False when `text` holds half a surrogate pair, which UTF-8 cannot carry [MQTT-1.5.4-1]. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

/** What no UTF-8 string of MQTT may hold: half a surrogate pair or U+0000 [MQTT-1.5.4-1, -2]. */
export function isMqttText(text: string): boolean {
  return !text.includes('\0') && isWellFormed(text)
}

/** `+` and `#`: a topic name holds neither [MQTT-3.3.2-2]. */
export function hasTopicWildcard(text: string): boolean {
  return text.includes('+') || text.includes('#')
}
