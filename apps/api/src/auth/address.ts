import { isIPv6 } from 'node:net'

/** Of an IPv6 address, the network: who has one has all 2^64 addresses of it. */
const networkGroups = 4
const groups = 8

/** Whom a limit per address counts: an IPv4 address, or an IPv6 network of 64 bits. */
export function limitedAddress(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)
  if (mapped) return mapped[1]!
  if (!isIPv6(ip)) return ip
  return expand(ip.split('%', 1)[0]!).slice(0, networkGroups).join(':')
}

function expand(ip: string): string[] {
  const [head = '', tail] = ip.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const zeros = Array.from(
    { length: tail === undefined ? 0 : groups - left.length - right.length },
    () => '0'
  )
  return [...left, ...zeros, ...right].map((group) => group.replace(/^0+(?=.)/, ''))
}
