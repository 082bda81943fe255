import type { ProtocolVersion, UserProperty } from '@parley/contracts'
import { applyRules, type RuleInput, type RuleObserver } from '@parley/rules'
import type { InstanceBroker } from '../broker/instance-broker.js'
import type { Message } from '../broker/message.js'
import type { Counters } from '../ops/counters.js'

/** Who publishes, as rules see it. A connection is one; a will keeps a copy. */
export interface Publisher {
  readonly id: string
  readonly username: string | null
  readonly clientHost: string
  readonly protocolVersion: ProtocolVersion
}

/** A message as the rules read it: a view, so that the message id is only written out when a rule asks for it. */
class EnhancementInput implements RuleInput {
  message!: Message
  publisher!: Publisher
  instanceId = ''

  get clientId(): string {
    return this.publisher.id
  }
  get username(): string | null {
    return this.publisher.username
  }
  get clientHost(): string {
    return this.publisher.clientHost
  }
  get protocolVersion(): ProtocolVersion {
    return this.publisher.protocolVersion
  }
  get topic(): string {
    return this.message.topic
  }
  get qos(): 0 | 1 | 2 {
    return this.message.qos
  }
  get payload(): Uint8Array {
    return this.message.payload
  }
  get messageId(): string {
    return this.message.id
  }
  get timestamp(): number {
    return this.message.receivedAtMs
  }
  get responseTopic(): string | undefined {
    return this.message.responseTopic
  }
  get correlationData(): Uint8Array | undefined {
    return this.message.correlationData
  }
  get messageExpiryInterval(): number | undefined {
    return this.message.messageExpiryInterval
  }
  get userProperties(): readonly UserProperty[] | undefined {
    return this.message.userProperties
  }
}

/** Counts what rules did; which rule skipped what is read from the dry run. */
class RuleCounting implements RuleObserver {
  counters!: Counters

  onApplied(): void {
    this.counters.ruleActionsApplied++
  }
  onSkipped(): void {
    this.counters.ruleActionsSkipped++
  }
}

// One view serves every publish: rules are applied in one go and keep nothing of it.
const view = new EnhancementInput()
const counting = new RuleCounting()

/** Attaches what the instance's active rules say to a message, before it is published. */
export function applyEnhancementRules(broker: InstanceBroker, message: Message, publisher: Publisher): void {
  const { instance } = broker
  if (instance.ruleSet.size === 0) return
  view.message = message
  view.publisher = publisher
  view.instanceId = instance.id
  counting.counters = broker.counters
  const applied = applyRules(instance.ruleSet, view, counting)
  if (!applied) return
  if (applied.responseTopic !== undefined) {
    message.responseTopic = applied.responseTopic
    message.responseTopicOrigin = applied.responseTopicOrigin ?? 'message'
  }
  if (applied.correlationData !== undefined) message.correlationData = asBuffer(applied.correlationData)
  if (applied.userProperties !== undefined) message.userProperties = applied.userProperties
  if (applied.messageExpiryInterval !== undefined) message.expireAfter(applied.messageExpiryInterval)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
