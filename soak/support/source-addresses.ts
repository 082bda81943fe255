/** Addresses of the loopback to connect from: each has its own range of ports. Only Linux has all of them without setup. */
const addresses =
  process.platform === 'linux' ? ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'] : ['127.0.0.1']

/** The addresses in turn. */
export function sourceAddress(number: number): string {
  return addresses[number % addresses.length]!
}
