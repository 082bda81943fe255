// IP addresses and blocks of them, without Node's `net`: this package also runs in a browser.

/** 4 bytes or 16. An IPv4 address that is written as IPv6 (`::ffff:10.0.0.7`) is the IPv4 address. */
export type Address = readonly number[]

/** The addresses that share the first `bits` bits of `address`. Blocks of IPv6 hold no IPv4 address, nor the reverse. */
export interface AddressBlock {
  readonly address: Address
  readonly bits: number
}

const mappedPrefix: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
const mappedPrefixBits = mappedPrefix.length * 8

/** Also `[::1]` and `fe80::1%eth0`, as sockets and URLs write them. Undefined when it is no address. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (!bare.includes(':')) return parseV4(bare)
  const zone = bare.indexOf('%')
  return unmapped(parseV6(zone === -1 ? bare : bare.slice(0, zone)))
}

/** One address or CIDR. Bits behind the prefix do not count. Undefined when it is malformed. */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const [written, prefix, ...more] = text.split('/')
  const address = written!.includes('%') ? undefined : parseAddress(written!)
  if (!address || more.length > 0) return undefined
  if (prefix === undefined) return { address, bits: address.length * 8 }
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined
  const isMapped = address.length === 4 && written!.includes(':')
  const bits = Number(prefix) - (isMapped ? mappedPrefixBits : 0)
  return bits >= 0 && bits <= address.length * 8 ? { address, bits } : undefined
}

export function blockContains({ address: block, bits }: AddressBlock, address: Address): boolean {
  if (block.length !== address.length) return false
  for (let at = 0; at * 8 < bits; at++) {
    const ignored = Math.max(0, 8 - (bits - at * 8))
    if (block[at]! >>> ignored !== address[at]! >>> ignored) return false
  }
  return true
}

/** Four decimal numbers. A leading zero is refused, because some read it as octal. */
function parseV4(text: string): Address | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, i) => bytesOfGroups(half, i === halves.length - 1))
  if (!head) return undefined
  if (halves.length === 1) return head.length === 16 ? head : undefined
  // `::` stands for one group at least.
  if (!tail || head.length + tail.length > 14) return undefined
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail]
}

/** Groups of four hexadecimal digits; the very last may be an IPv4 address, which stands for two. */
function bytesOfGroups(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    const v4 = mayEndInV4 && i === groups.length - 1 ? parseV4(group) : undefined
    if (v4) {
      bytes.push(...v4)
    } else {
      if (!/^[\da-f]{1,4}$/i.test(group)) return undefined
      const value = Number.parseInt(group, 16)
      bytes.push(value >>> 8, value & 0xff)
    }
  }
  return bytes
}

function unmapped(address: Address | undefined): Address | undefined {
  const isMapped = address !== undefined && mappedPrefix.every((byte, i) => address[i] === byte)
  return isMapped ? address.slice(mappedPrefix.length) : address
}
