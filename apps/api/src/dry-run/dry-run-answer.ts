import { isUtf8 } from 'node:buffer'
import type { DryRunAnswer } from '@parley/contracts'
import type { Explanation, FieldSetter } from '@parley/rules'

/** What the rules made of a message, as the API answers it. `drafts`: the ids of those that are not saved. */
export function dryRunAnswer(
  { rules, properties, setBy }: Explanation,
  drafts: ReadonlySet<string>,
  draftErrors: DryRunAnswer['draftErrors']
): DryRunAnswer {
  const { correlationData: bytes, ...others } = properties
  const { responseTopic, correlationData, messageExpiryInterval } = setBy
  return {
    draftErrors,
    rules: rules.map((rule) => ({ ...rule, draft: drafts.has(rule.ruleId) })),
    properties: { ...others, ...correlation(bytes) },
    setBy: {
      ...(responseTopic && { responseTopic: setter(responseTopic) }),
      ...(correlationData && { correlationData: setter(correlationData) }),
      ...(messageExpiryInterval && { messageExpiryInterval: setter(messageExpiryInterval) }),
      userProperties: setBy.userProperties.map(setter)
    }
  }
}

function setter(by: FieldSetter): { ruleId: string | null } {
  return { ruleId: by.by === 'rule' ? by.ruleId : null }
}

function correlation(
  bytes: Uint8Array | undefined
): Pick<DryRunAnswer['properties'], 'correlationData' | 'correlationDataBase64'> {
  if (!bytes) return {}
  const buffer = Buffer.from(bytes)
  return {
    ...(isUtf8(buffer) && { correlationData: buffer.toString() }),
    correlationDataBase64: buffer.toString('base64')
  }
}
