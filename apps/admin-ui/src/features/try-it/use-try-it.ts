import type { Instance } from '@parley/contracts'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { instanceKey } from '../instances/queries'
import type { LinkOptions } from './link'
import {
  prefilled,
  proposedCorrelation,
  proposedPayload,
  type RequesterFields,
  type ResponderFields,
  type TryItFields
} from './prefill'
import { useRuleCheck, verdictOf } from './rule-check'
import type { Role, Stage } from './stage'
import { useStage } from './use-stage'

export type TryOut = ReturnType<typeof useTryIt>

/** The fields of both panes, the two clients and what the page can do with them. */
export function useTryIt(instance: Instance) {
  const [fields, setFields] = useState<TryItFields>(prefilled)
  const { stage, connect, disconnect, send } = useStage()
  const upcoming = stage.exchangeCount + 1
  const username = fields.requester.username || fields.responder.username
  const payload = fields.requester.payload ?? proposedPayload(upcoming)
  const correlation = fields.requester.correlation ?? proposedCorrelation(upcoming)
  const ruleCheck = useRuleCheck(instance.id, fields.requester, username, payload)
  const verdict = ruleCheck.data && verdictOf(ruleCheck.data)
  const replyTopic = fields.requester.replyTopic ?? proposedReplyTopic(fields.requester, verdict)
  useFreshInstance(instance.id, stage)

  const options = (role: Role): LinkOptions => linkOptions(role, instance, fields, replyTopic)
  return {
    instance,
    fields,
    stage,
    ruleCheck,
    verdict,
    /** What goes out next: what was typed, or what the page proposes. */
    outgoing: { payload, correlation, replyTopic },
    changeResponder: (change: Partial<ResponderFields>) =>
      setFields((before) => ({ ...before, responder: { ...before.responder, ...change } })),
    changeRequester: (change: Partial<RequesterFields>) =>
      setFields((before) => ({ ...before, requester: { ...before.requester, ...change } })),
    connect: (role: Role) => connect(role, options(role)),
    connectBoth() {
      for (const role of ['responder', 'requester'] as const) {
        if (stage.links[role].kind !== 'connected') connect(role, options(role))
      }
    },
    disconnect,
    send() {
      const { clientId, version, topic, qos } = fields.requester
      const own = version === '5.0' && correlation !== '' ? correlation : undefined
      void send({ clientId, version, topic, payload, qos, replyTopic, correlation: own })
    }
  }
}

function proposedReplyTopic(
  { version, clientId }: RequesterFields,
  verdict: ReturnType<typeof verdictOf> | undefined
): string {
  return version === '3.1.1' && verdict?.kind === 'sets' ? verdict.responseTopic : `replies/${clientId}`
}

function linkOptions(role: Role, instance: Instance, fields: TryItFields, replyTopic: string): LinkOptions {
  const url = instance.endpoints.ws
  const { responder, requester } = fields
  if (role === 'responder') {
    const { clientId, username, password, filter, qos } = responder
    return { url, version: '3.1.1', clientId, username, password, filter, qos }
  }
  const { clientId, version } = requester
  const { username, password } = requester.username ? requester : responder
  return { url, version, clientId, username, password, filter: replyTopic, qos: 1 }
}

/** A connection that comes or goes may mean that the instance was suspended or resumed: asked at once. */
function useFreshInstance(instanceId: string, { links }: Stage): void {
  const client = useQueryClient()
  const kinds = `${links.responder.kind} ${links.requester.kind}`
  const before = useRef(kinds)
  useEffect(() => {
    if (before.current === kinds) return
    before.current = kinds
    void client.invalidateQueries({ queryKey: [...instanceKey(instanceId), 'itself'] })
  }, [kinds, instanceId, client])
}
