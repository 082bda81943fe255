const twoTo32 = 0x1_0000_0000

/** A seeded source of numbers (sfc32): fast enough for millions of packets, and the same on every machine for one seed. */
export class Random {
  readonly seed: number
  #a: number
  #b = 0x9e37_79b9
  #c = 0x243f_6a88
  #counter = 1

  constructor(seed: number) {
    this.seed = seed
    this.#a = seed | 0
    // The first numbers of seeds that are close to each other are close as well.
    for (let discarded = 0; discarded < 16; discarded++) this.uint32()
  }

  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + sum) | 0
    return sum >>> 0
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.uint32() / twoTo32) * limit)
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let at = 0; at < length; at++) bytes[at] = this.uint32()
    return bytes
  }
}
