import { variableNames } from '@parley/rules'
import { expect, test } from 'vitest'
import { ruleVariablesTexts } from '../src/texts/rule-variables.js'

test('the completion knows every variable that a rule may hold, and no other', () => {
  const withoutPath = variableNames.filter((name) => !/[.[]/.test(name))
  expect(Object.keys(ruleVariablesTexts.meanings).toSorted()).toEqual(withoutPath.toSorted())
  const withPath = variableNames.filter((name) => /[.[]/.test(name)).map((name) => name.split(/[.[]/)[0])
  expect(withPath).toEqual(['topic', 'payload', 'userProperty'])
})
