import type { ProtocolVersion, UserProperty } from '@parley/contracts'

/** A larger payload is not parsed; what a rule asks of it counts as missing. Keeps one message from holding up all. */
export const payloadParsedBytesMax = 262_144

/** What the broker knows of a message when it was published. Read only; `messageId` may be a lazy getter. */
export interface RuleInput {
  readonly clientId: string
  /** null: anonymous. */
  readonly username: string | null
  /** ip:port */
  readonly clientHost: string
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly payload: Uint8Array
  /** 32 upper-case hex. */
  readonly messageId: string
  /** Epoch ms. */
  readonly timestamp: number
  readonly instanceId: string
  readonly protocolVersion: ProtocolVersion
  /** The properties that the publisher set itself. */
  readonly responseTopic: string | undefined
  readonly correlationData: Uint8Array | undefined
  /** Seconds. */
  readonly messageExpiryInterval: number | undefined
  readonly userProperties: readonly UserProperty[] | undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const arrayIndex = /^(?:0|[1-9]\d*)$/
/** version-traceid-parentid-flags (W3C Trace Context); versions after 00 may say more. */
const traceParent =
  /^(?:00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)$/
const noTraceId = '0'.repeat(32)

/** The values of one message that cost something to find: each is found at most once, and only when it is asked for. */
export class MessageValues {
  readonly input: RuleInput
  #levels: string[] | undefined
  #payload: { value: unknown } | undefined

  constructor(input: RuleInput) {
    this.input = input
  }

  topicLevel(level: number): string | undefined {
    this.#levels ??= this.input.topic.split('/')
    return this.#levels[level]
  }

  /** A string, number or boolean below `path`; own properties and array indexes only. */
  payloadValue(path: readonly string[]): string | undefined {
    this.#payload ??= { value: parsePayload(this.input.payload) }
    let value = this.#payload.value
    for (const segment of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
      if (Array.isArray(value) && !arrayIndex.test(segment)) return undefined
      value = (value as Record<string, unknown>)[segment]
    }
    return renderScalar(value)
  }

  /** The first of that key, as the publisher sent it. */
  userProperty(key: string): string | undefined {
    for (const property of this.input.userProperties ?? []) if (property.key === key) return property.value
    return undefined
  }

  traceId(): string {
    const match = traceParent.exec(this.userProperty('traceparent') ?? '')
    const traceId = match?.[1] ?? match?.[2]
    return traceId === undefined || traceId === noTraceId ? this.input.messageId.toLowerCase() : traceId
  }
}

function parsePayload(payload: Uint8Array): unknown {
  if (payload.length > payloadParsedBytesMax) return undefined
  try {
    return JSON.parse(decoder.decode(payload))
  } catch {
    return undefined
  }
}

function renderScalar(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return String(value)
    case 'number':
      return isExact(value) ? String(value) : undefined
    default:
      return undefined
  }
}

/** An integer beyond 2^53 has lost digits in parsing: a wrong correlation is worse than a missing one. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))
}
