import { describe, expect, test } from 'vitest'
import { allow, mayConnect, mayPublish, maySubscribe } from './builders.js'

describe('the client id', () => {
  test.each([
    ['*', 'anyone', true],
    ['sensor-*', 'sensor-1', true],
    ['sensor-*', 'motor-1', false],
    ['sensor-?', 'sensor-12', false],
    ['Sensor-1', 'sensor-1', false],
    ['a+', 'a+', true],
    ['#', 'a', false],
    ['.*', 'a', false]
  ])('%s and %s: %s', (clientId, written, expected) => {
    const policies = [allow('*', { condition: { clientId } })]
    expect(mayConnect(policies, { clientId: written })).toBe(expected)
    expect(mayPublish(policies, 'a', { clientId: written })).toBe(expected)
    expect(maySubscribe(policies, 'a', { clientId: written })).toBe(expected)
  })
})

describe('the username', () => {
  test.each([
    ['*', 'alice', true],
    ['al*', 'alice', true],
    ['bob', 'alice', false],
    ['*', null, true],
    ['?*', null, false],
    ['', null, false],
    ['null', null, false],
    ['*', '', true],
    ['?*', '', false]
  ])('%s and %s: %s (null is anonymous)', (username, written, expected) => {
    const policies = [allow('*', { condition: { username } })]
    expect(mayConnect(policies, { username: written })).toBe(expected)
    expect(mayPublish(policies, 'a', { username: written })).toBe(expected)
  })
})

describe('the topic of a publish', () => {
  test.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/', true],
    ['a/+', 'a', false],
    ['a/+/c', 'a/b/c', true],
    ['+/+', '/a', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['#', 'a/b', true],
    ['+/#', 'a', true],
    ['a*', 'a/b/c', true],
    ['*/c', 'a/b/c', true],
    ['a/?', 'a/b', true],
    ['a/?', 'a/bc', false],
    ['*/+/x?', 'a/b/c/xy', true],
    ['*', 'a/b', true]
  ])('%s and %s: %s', (pattern, topic, expected) => {
    expect(mayPublish([allow(pattern)], topic)).toBe(expected)
  })
})

describe('QoS and retain', () => {
  test('of a publish', () => {
    const policies = [allow('#', { condition: { qos: [1], retain: true } })]
    expect(mayPublish(policies, 'a', { qos: 1, retain: true })).toBe(true)
    expect(mayPublish(policies, 'a', { qos: 0, retain: true })).toBe(false)
    expect(mayPublish(policies, 'a', { qos: 2, retain: true })).toBe(false)
    expect(mayPublish(policies, 'a', { qos: 1, retain: false })).toBe(false)
    expect(mayPublish([allow('#', { condition: { retain: false } })], 'a', { retain: true })).toBe(false)
    expect(mayPublish([allow('#', { condition: { retain: false } })], 'a', { retain: false })).toBe(true)
    expect(mayPublish([allow('#')], 'a', { retain: true })).toBe(true)
  })

  test('of a subscription: its QoS; retain is none of its business', () => {
    const policies = [allow('#', { condition: { qos: [0, 1], retain: true } })]
    expect(maySubscribe(policies, 'a/#', { qos: 1 })).toBe(true)
    expect(maySubscribe(policies, 'a/#', { qos: 2 })).toBe(false)
    expect(maySubscribe(policies, 'a/#', { qos: 1, retain: false })).toBe(true)
  })

  test('a connect has neither, and no topic', () => {
    expect(mayConnect([allow('nothing', { condition: { qos: [2], retain: true } })])).toBe(true)
    expect(mayConnect([allow('u/${username}')], { username: null, clientId: '#' })).toBe(true)
  })
})

test('all fields must match', () => {
  const policies = [allow('a', { condition: { clientId: 'c', username: 'u', address: '10.0.0.1' } })]
  const fine = { clientId: 'c', username: 'u', address: '10.0.0.1' }
  expect(mayPublish(policies, 'a', fine)).toBe(true)
  expect(mayPublish(policies, 'b', fine)).toBe(false)
  expect(mayPublish(policies, 'a', { ...fine, clientId: 'x' })).toBe(false)
  expect(mayPublish(policies, 'a', { ...fine, username: 'x' })).toBe(false)
  expect(mayPublish(policies, 'a', { ...fine, address: '10.0.0.2' })).toBe(false)
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  '%s is a name like any other',
  (name) => {
    const other = [allow(`only/${name}`, { condition: { clientId: name } })]
    expect(mayConnect(other, { clientId: 'a' })).toBe(false)
    expect(mayConnect(other, { clientId: name })).toBe(true)
    expect(mayPublish(other, name, { clientId: name })).toBe(false)
    expect(mayPublish(other, `only/${name}`, { clientId: name })).toBe(true)
    expect(
      mayPublish([allow('u/${clientId}/${username}')], `u/${name}/${name}`, {
        clientId: name,
        username: name
      })
    ).toBe(true)
    expect(maySubscribe([allow(`${name}/#`)], `${name}/+`)).toBe(true)
  }
)
