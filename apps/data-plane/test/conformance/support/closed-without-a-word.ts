import { expect } from 'vitest'
import { type InstanceOptions, startInstance } from '../../support/data-plane.js'
import { bystander, untilClosed } from './closed-connections.js'
import type { LevelBefore5 } from './levels-before-5.js'
import { connect } from './wire.js'

const accepted = '20020000'

/** A client is let in, sends this, and is closed: no byte follows its CONNACK, and nobody else notices. */
export async function expectClosed(
  level: LevelBefore5,
  hex: string,
  options?: InstanceOptions
): Promise<void> {
  const instance = await startInstance(options)
  const stillWell = await bystander(instance)
  const answer = await untilClosed(instance, connect({ level }) + hex)
  expect(answer.toString('hex')).toBe(accepted)
  await stillWell()
}

/** This instead of a CONNECT, or as one, closes the connection without any byte, and nobody else notices. */
export async function expectNotAnswered(hex: string, options?: InstanceOptions): Promise<void> {
  const instance = await startInstance(options)
  const stillWell = await bystander(instance)
  expect((await untilClosed(instance, hex)).toString('hex')).toBe('')
  await stillWell()
}
