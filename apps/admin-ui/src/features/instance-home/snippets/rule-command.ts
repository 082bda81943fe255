import { cast, type Target } from './snippet'

/** Says for old requesters where their replies go, and what tells one from another. */
const rule = {
  name: 'old-panel-replies',
  condition: { topic: cast.commands },
  actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' }
}

/** The rule that the 3.1.1 requester needs, over the API. */
export function ruleCommand({ instanceId }: Target, origin: string): string {
  return `curl -s ${origin}/api/v1/instances/${instanceId}/enhancement-rules \\
  -H "authorization: Bearer $KEY" -H 'content-type: application/json' -d '${JSON.stringify(rule, null, 2)}'`
}
