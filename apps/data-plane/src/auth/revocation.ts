import { parseSharedFilter, reasonCodes } from '@parley/mqtt-wire'
import type { InstanceBroker } from '../broker/instance-broker.js'
import type { Connection } from '../session/connection.js'
import { isAllowed } from './access.js'

/** Policies changed: who may not connect any more is closed, subscriptions that are not allowed any more are taken away. */
export function recheckPolicies(broker: InstanceBroker): void {
  for (const connection of [...broker.connections]) {
    if (connection.state !== 'connected') continue
    if (isAllowed(connection.access?.mayConnect())) recheckSubscriptions(connection)
    else connection.refuse(reasonCodes.notAuthorized, 'rights_revoked')
  }
}

/** Also what a session brings along that was away while its rights changed. */
export function recheckSubscriptions(connection: Connection): void {
  const { access, broker } = connection
  const session = connection.session!
  if (!access) return
  let removed = false
  for (const { topicFilter, qos } of [...session.subscriptions.values()]) {
    const filter = parseSharedFilter(topicFilter)?.filter ?? topicFilter
    if (isAllowed(access.maySubscribe(filter, qos))) continue
    broker.counters.drop('subscription_revoked')
    broker.index.remove(session, topicFilter)
    broker.store.unsubscribe(session, topicFilter, (error) => {
      if (error) broker.log.warn({ err: error, clientId: connection.id }, 'a subscription was not removed')
    })
    removed = true
  }
  if (removed)
    broker.store.dropQueued(session, ({ message }) => !isStillSubscribed(connection, message.topic))
}

function isStillSubscribed({ broker, session }: Connection, topic: string): boolean {
  const { entries, groups } = broker.index.match(topic)
  return entries.some((entry) => entry.session === session) || groups.some((group) => group.has(session!))
}

/** Users changed: clients whose password or user is not what it was are closed. Rejects while Redis is away. */
export async function recheckUsers(broker: InstanceBroker): Promise<void> {
  const { credentials, instance } = broker
  const asked = [...broker.connections].filter(({ passwordHash }) => passwordHash !== undefined)
  const usernames = new Set(asked.map(({ username }) => username!))
  const current = await credentials?.current(instance.id, usernames)
  if (!current) return
  // Each by its own password: one of several clients of a user may have been let in by the new one already.
  for (const connection of asked) {
    if (current.get(connection.username!) === connection.passwordHash) continue
    connection.refuse(reasonCodes.notAuthorized, 'rights_revoked')
  }
}
