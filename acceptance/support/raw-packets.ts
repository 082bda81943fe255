/** A text with its length, as MQTT writes it. */
export function utf8(text: string): number[] {
  const bytes = Buffer.from(text)
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes]
}

/** A packet of less than 128 bytes. */
export function packet(firstByte: number, ...body: number[]): Buffer {
  return Buffer.from([firstByte, body.length, ...body])
}
