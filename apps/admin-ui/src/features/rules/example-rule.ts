import type { EnhancementRuleCreate } from '@parley/contracts'

/** The example that the README explains: an old requester gets its replies on a topic of its own. */
export const exampleRule: EnhancementRuleCreate = {
  name: 'door-replies',
  condition: { topic: 'cmd/#' },
  actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' }
}

/** Creates the example from a shell, with an API key in `KEY`. */
export function exampleCommand(instanceId: string): string {
  const url = `${window.location.origin}/api/v1/instances/${instanceId}/enhancement-rules`
  // Within single quotes a shell leaves `${clientId}` alone; nothing in the example has a quote of its own.
  return [
    `curl -s '${url}' \\`,
    `  -H "authorization: Bearer $KEY" -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(exampleRule)}'`
  ].join('\n')
}
