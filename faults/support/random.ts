import { randomInt } from 'node:crypto'

/** Of `FAULT_SEED`, else a new one: whoever prints it can have the same run again. */
export function chooseSeed(): number {
  const given = process.env.FAULT_SEED
  return given ? Number(given) : randomInt(2 ** 31)
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
