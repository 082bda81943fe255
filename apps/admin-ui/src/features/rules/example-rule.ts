import type { EnhancementRuleCreate } from '@parley/contracts'

/** The example that the README explains: an old requester gets its replies on a topic of its own. */
export const exampleRule: EnhancementRuleCreate = {
  name: 'door-replies',
  condition: { topic: 'cmd/#' },
  actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' }
}
