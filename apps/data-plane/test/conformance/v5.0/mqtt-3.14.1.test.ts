import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'

/** 3.1 does not reserve flags: it leaves them unused. */
const reserving = [4, 5] as const
const wrongFlags = reserving.flatMap((level) => [...'123456789abcdef'].map((flags) => ({ level, flags })))

statement('MQTT-3.14.1-1', 'The reserved bits of DISCONNECT are 0; otherwise it is malformed.', () => {
  it.each(wrongFlags)('level $level with flags $flags is told so', async ({ level, flags }) => {
    expect(await closedFor(level, `e${flags}00`)).toBe(told(level, reasonCodes.malformedPacket))
  })

  it.each(reserving)('it is no normal end: the will of level %i is published', async (level) => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('wills/#')
    const client = await instance.connect({ level, will: { topic: 'wills/me' } })
    client.sendBytes('e100')
    expect((await watcher.next('publish')).topic).toBe('wills/me')
    await watcher.expectNothing()
    await client.closed
  })
})
