import { randomInt } from 'node:crypto'

const prefix = 'mqtt-'
const characters = 8
const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** `mqtt-` and 8 of [a-z0-9]. */
export function newInstanceId(): string {
  let id = prefix
  for (let i = 0; i < characters; i++) id += alphabet[randomInt(alphabet.length)]
  return id
}
