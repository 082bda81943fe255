const shownBytesMax = 2_048
const bytesPerLine = 16
const firstPrintable = 0x20
const lastPrintable = 0x7e

/** A payload as it can be shown. */
export interface ShownPayload {
  kind: 'empty' | 'text' | 'hex'
  text: string
  /** Not shown, because it is too long. */
  bytesLeftOut: number
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text of these bytes; undefined when they are not UTF-8. */
export function asText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    // Not UTF-8 is an answer, not a failure.
    return undefined
  }
}

/** Text as it is, anything else as a hex dump. */
export function showPayload(bytes: Uint8Array): ShownPayload {
  const bytesLeftOut = Math.max(0, bytes.length - shownBytesMax)
  const text = asText(bytes)
  if (text === '') return { kind: 'empty', text, bytesLeftOut }
  if (text === undefined)
    return { kind: 'hex', text: hexDump(bytes.subarray(0, shownBytesMax)), bytesLeftOut }
  return { kind: 'text', text: text.slice(0, shownBytesMax), bytesLeftOut }
}

/** `0010  68 65 6c 6c 6f …  hello…`, 16 bytes a line. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let offset = 0; offset < bytes.length; offset += bytesPerLine) {
    const line = [...bytes.subarray(offset, offset + bytesPerLine)]
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const start = offset.toString(16).padStart(4, '0')
    lines.push(`${start}  ${hex.padEnd(bytesPerLine * 3 - 1)}  ${line.map(printable).join('')}`)
  }
  return lines.join('\n')
}

function printable(byte: number): string {
  return byte >= firstPrintable && byte <= lastPrintable ? String.fromCharCode(byte) : '.'
}
