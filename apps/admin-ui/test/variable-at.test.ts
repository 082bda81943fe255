import { describe, expect, test } from 'vitest'
import { variableAt, withVariable } from '../src/features/rules/completion/variable-at.js'

/** The text without its `|`, and where that stood. */
function at(marked: string): [text: string, caret: number] {
  return [marked.replace('|', ''), marked.indexOf('|')]
}

function completed(marked: string, name: string): string {
  const [text, caret] = at(marked)
  const edited = withVariable(text, variableAt(text, caret)!, name)
  return `${edited.text.slice(0, edited.caret)}|${edited.text.slice(edited.caret)}`
}

describe('completion of variables', () => {
  test.each([
    ['a${|', ''],
    ['a${cli|', 'cli'],
    ['${clientId}/${us|}', 'us'],
    ['$${x}${pay|', 'pay'],
    ['${cl|ientId:-x}', 'cl']
  ])('%s is within a name', (marked, typed) => {
    expect(variableAt(...at(marked))?.typed).toBe(typed)
  })

  test.each(['plain|', '$|{clientId}', '$${cli|', '${clientId}|', '${clientId:-de|f}', '|${clientId}'])(
    '%s is not',
    (marked) => {
      expect(variableAt(...at(marked))).toBeUndefined()
    }
  )

  test.each([
    ['replies/${|', 'clientId', 'replies/${clientId}|'],
    ['replies/${cl|/x', 'clientId', 'replies/${clientId}|/x'],
    ['replies/${cl|}/x', 'clientId', 'replies/${clientId}|/x'],
    ['${c|lientHost}', 'clientId', '${clientId}|'],
    ['${user|:-nobody}!', 'username', '${username:-nobody}|!'],
    ['${pay|}', 'payload.', '${payload.|}'],
    ['${pay|', 'payload.', '${payload.|}'],
    ['${payload.|} ${qos}', 'payload.requestId', '${payload.requestId}| ${qos}'],
    ['${| ${qos}', 'topic', '${topic}| ${qos}']
  ])('%s with %s becomes %s', (marked, name, expected) => {
    expect(completed(marked, name)).toBe(expected)
  })
})
