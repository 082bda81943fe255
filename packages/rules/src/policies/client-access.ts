import { matchesPattern } from '../pattern.js'
import { type AccessDecision, deniedByDefault } from './access-decision.js'
import { type Address, blockContains, parseAddress } from './address.js'
import type { CompiledPolicy, PolicySet } from './compile-policies.js'
import { stepsMax } from './coverage.js'
import { parseTopicFilter } from './topic-filter.js'
import { TopicPattern } from './topic-pattern.js'
import { type Identity, substitute } from './topic-template.js'

/** Topics whose decision is remembered, per client and per QoS and retain; when full, all are forgotten. */
const cachedTopicsMax = 64
/** Longer topics are decided anew each time, so that ten thousand clients remember a bounded amount. */
const cachedTopicCharactersMax = 256

type Qos = 0 | 1 | 2

export interface AccessClient extends Identity {
  /** Without a port. */
  readonly address: string
}

/** A policy that can match this client, with its topics. */
interface Right {
  readonly policy: CompiledPolicy
  readonly topic: TopicPattern
}

/** What one client may do, as the policies say: what they ask of the client itself is decided once, here. */
export class ClientAccess {
  readonly #set: PolicySet
  readonly #connect: AccessDecision
  readonly #publish: readonly Right[]
  readonly #subscribe: readonly Right[]
  readonly #published: (Map<string, AccessDecision> | undefined)[] = new Array(6)

  constructor(set: PolicySet, client: AccessClient) {
    this.#set = set
    const address = parseAddress(client.address)
    const policies = set.policies.filter((policy) => concerns(policy, client, address))
    const rights = policies
      .filter(({ actions }) => actions.includes('publish') || actions.includes('subscribe'))
      .map((policy) => rightOf(policy, client))
      .filter((right) => right !== undefined)
    this.#connect = policies.find(({ actions }) => actions.includes('connect'))?.decision ?? deniedByDefault
    this.#publish = rights.filter(({ policy }) => policy.actions.includes('publish'))
    this.#subscribe = rights.filter(({ policy }) => policy.actions.includes('subscribe'))
  }

  mayConnect(): AccessDecision {
    return this.#connect
  }

  mayPublish(topic: string, qos: Qos, retain: boolean): AccessDecision {
    const kind = retain ? qos + 3 : qos
    const known = this.#published[kind]?.get(topic)
    if (known !== undefined) return known
    const decision = this.#decidePublish(topic, qos, retain)
    if (topic.length <= cachedTopicCharactersMax) this.#remember(kind, topic, decision)
    return decision
  }

  /** `filter` without `$share/group/`. What is no valid filter is denied. */
  maySubscribe(filter: string, qos: Qos): AccessDecision {
    const asked = parseTopicFilter(filter)
    if (asked === undefined) return deniedByDefault
    const budget = { left: stepsMax }
    for (const { policy, topic } of this.#subscribe) {
      if (!policy.qos[qos]) continue
      if (policy.allows ? topic.covers(asked, budget) : topic.overlaps(asked)) return policy.decision
    }
    return deniedByDefault
  }

  #decidePublish(topic: string, qos: Qos, retain: boolean): AccessDecision {
    const matching = this.#set.topics.matching(topic)
    for (const { policy, topic: pattern } of this.#publish) {
      if (!hasBit(matching, policy.topic.index)) continue
      if (!policy.qos[qos] || (policy.retain !== null && policy.retain !== retain)) continue
      const matches = policy.topic.isShared
        ? !(pattern.skipsDollar && topic.startsWith('$'))
        : pattern.matches(topic)
      if (matches) return policy.decision
    }
    return deniedByDefault
  }

  #remember(kind: number, topic: string, decision: AccessDecision): void {
    this.#published[kind] ??= new Map()
    const decisions = this.#published[kind]
    if (decisions.size >= cachedTopicsMax) decisions.clear()
    decisions.set(topic, decision)
  }
}

/** To be kept as long as the connection lasts, and made anew when the policies change. */
export function clientAccess(set: PolicySet, client: AccessClient): ClientAccess {
  return new ClientAccess(set, client)
}

function concerns(policy: CompiledPolicy, client: AccessClient, address: Address | undefined): boolean {
  return (
    matchesPattern(policy.clientId, client.clientId) &&
    matchesPattern(policy.username, client.username) &&
    isFrom(policy, address)
  )
}

/** An address that cannot be read is in every block that is denied, and in none that is allowed. */
function isFrom({ address: block, allows }: CompiledPolicy, address: Address | undefined): boolean {
  if (block === null) return true
  return address === undefined ? !allows : blockContains(block, address)
}

function rightOf(policy: CompiledPolicy, client: Identity): Right | undefined {
  const { topic } = policy
  if (topic.isShared) return { policy, topic: topic.pattern }
  const tokens = substitute(topic.template, client)
  // Without a character it matches no topic, since none is empty [MQTT-4.7.3-1].
  if (tokens === undefined || tokens.length === 0) return undefined
  return { policy, topic: new TopicPattern(tokens, topic.skipsDollar) }
}

function hasBit(bits: Int32Array, index: number): boolean {
  return ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1
}
