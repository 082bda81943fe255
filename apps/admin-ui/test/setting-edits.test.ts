import { defaultInstanceSettings, type Instance } from '@parley/contracts'
import { expect, test } from 'vitest'
import { changesOf, type Edits, patchOf } from '../src/features/instances/settings/edits'
import { problemsOf } from '../src/features/instances/settings/problems'
import { inLargerUnit } from '../src/features/instances/settings/quantities'
import { settingText } from '../src/features/instances/settings/setting-texts'

const instance = { ...defaultInstanceSettings(), name: 'line-7', remark: '' } as Instance

test('a patch holds what differs from what stands, at its place, and nothing else', () => {
  const edits: Edits = {
    name: 'line-8',
    'limits.rulesMax': 100,
    'limits.topicLevelsMax': 9,
    'autoReply.timeoutMs': 500,
    'autoReply.retry.attempts': 3,
    'autoReply.protocolVersions': ['3.1.1', '3.1']
  }
  expect(patchOf(changesOf(instance, edits))).toEqual({
    name: 'line-8',
    limits: { topicLevelsMax: 9 },
    autoReply: { timeoutMs: 500, retry: { attempts: 3 } }
  })
})

test('a number that is empty, broken or out of bounds has a problem; one at its bound has none', () => {
  expect(problems({ 'limits.topicLevelsMax': '' })).toHaveProperty(['limits.topicLevelsMax'])
  expect(problems({ 'limits.topicLevelsMax': 1.5 })).toHaveProperty(['limits.topicLevelsMax'])
  expect(problems({ 'limits.topicLevelsMax': 101 })).toHaveProperty(['limits.topicLevelsMax'])
  expect(problems({ 'limits.topicLevelsMax': 100 })).toEqual({})
  expect(problems({ 'autoReply.timeoutMs': null })).toEqual({})
})

test('the first pause is held against the longest one, whichever of the two was edited', () => {
  expect(problems({ 'autoReply.retry.maxDelayMs': 100 })).toHaveProperty(['autoReply.retry.firstDelayMs'])
  expect(problems({ 'autoReply.retry.maxDelayMs': 100, 'autoReply.retry.firstDelayMs': 100 })).toEqual({})
})

test('a quantity is told in a larger unit where that is exact to a tenth, and else not at all', () => {
  expect(inLargerUnit(1_048_576, 'bytes')).toBe('1 MiB')
  expect(inLargerUnit(1_048_577, 'bytes')).toBeUndefined()
  expect(inLargerUnit(604_800, 'seconds')).toBe('7 d')
  expect(inLargerUnit(1_500, 'milliseconds')).toBe('1.5 s')
  expect(inLargerUnit(30, 'seconds')).toBeUndefined()
  expect(inLargerUnit(5_000, 'messages')).toBeUndefined()
})

test('values are told as a person reads them', () => {
  expect(settingText('autoReply.enabled', false)).toBe('off')
  expect(settingText('remark', '')).toBe('empty')
  expect(settingText('autoReply.protocolVersions', [])).toBe('none')
  expect(settingText('autoReply.timeoutMs', null)).toBe('never')
  expect(settingText('sessions', 'redis')).toBe('Redis')
  expect(settingText('limits.queuedBytesMax', 8_388_608)).toBe('8,388,608 bytes (8 MiB)')
})

function problems(edits: Edits) {
  return problemsOf(instance, changesOf(instance, edits), edits)
}
