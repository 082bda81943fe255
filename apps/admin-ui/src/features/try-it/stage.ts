import {
  type AcknowledgingPacket,
  type ArrivedReply,
  addReply,
  addStep,
  beginExchange,
  type Exchange,
  isTheRequest,
  type SentRequest
} from './exchange'
import type { Acceptance, LinkState } from './link'

export type Role = 'responder' | 'requester'

/** A message that came to the responder. */
export interface Heard {
  /** From 1, in the order of arrival. */
  number: number
  messageId: number
  topic: string
  payload: Uint8Array
  qos: 0 | 1 | 2
  /** The last acknowledging packet that really went out; undefined: none yet. */
  acknowledged: AcknowledgingPacket | undefined
  /** The exchange that it belongs to; undefined: somebody else's message. */
  exchange: number | undefined
}

/** Everything that both panes and the timeline show. */
export interface Stage {
  links: Record<Role, LinkState>
  /** The newest first. */
  heard: Heard[]
  heardCount: number
  exchange: Exchange | undefined
  exchangeCount: number
}

export type StageEvent =
  | { type: 'link'; role: Role; state: LinkState }
  | { type: 'published'; exchange: number; request: SentRequest; atMs: number }
  | { type: 'accepted'; exchange: number; acceptance: Acceptance; atMs: number }
  | { type: 'refused'; exchange: number; code: number | undefined; atMs: number }
  | { type: 'heard'; message: Omit<Heard, 'number' | 'acknowledged' | 'exchange'>; atMs: number }
  | { type: 'acknowledged'; messageId: number; packet: AcknowledgingPacket; atMs: number }
  | { type: 'replied'; arrived: ArrivedReply; atMs: number }
  | { type: 'late'; exchange: number }

const heardMax = 10

export const emptyStage: Stage = {
  links: { responder: { kind: 'idle' }, requester: { kind: 'idle' } },
  heard: [],
  heardCount: 0,
  exchange: undefined,
  exchangeCount: 0
}

/** What an event makes of the stage. */
export function onStageEvent(stage: Stage, event: StageEvent): Stage {
  switch (event.type) {
    case 'link':
      return { ...stage, links: { ...stage.links, [event.role]: event.state } }
    case 'published':
      return onPublished(stage, event)
    case 'heard':
      return onHeard(stage, event)
    case 'acknowledged':
      return onAcknowledged(stage, event)
    case 'replied':
      return inExchange(stage, (exchange) => addReply(exchange, event.arrived, event.atMs))
    default:
      return onExchangeEvent(stage, event)
  }
}

type EventOf<Type extends StageEvent['type']> = Extract<StageEvent, { type: Type }>

function inExchange(stage: Stage, change: (exchange: Exchange) => Exchange): Stage {
  return stage.exchange ? { ...stage, exchange: change(stage.exchange) } : stage
}

/** Of the exchange that is shown; what belongs to an earlier one has no place any more. */
function onExchangeEvent(stage: Stage, event: EventOf<'accepted' | 'refused' | 'late'>): Stage {
  if (stage.exchange?.number !== event.exchange) return stage
  return inExchange(stage, (exchange) => {
    if (event.type === 'late') return { ...exchange, late: true }
    const { atMs } = event
    return event.type === 'accepted'
      ? addStep(exchange, { kind: 'accepted', atMs, ...event.acceptance })
      : addStep(exchange, { kind: 'refused', atMs, code: event.code })
  })
}

function onPublished(stage: Stage, { exchange, request, atMs }: EventOf<'published'>): Stage {
  return { ...stage, exchange: beginExchange(exchange, request, atMs), exchangeCount: exchange }
}

function onHeard(stage: Stage, { message, atMs }: EventOf<'heard'>): Stage {
  const { exchange } = stage
  const ours = exchange !== undefined && isTheRequest(exchange, message)
  const number = stage.heardCount + 1
  const entry = { ...message, number, acknowledged: undefined, exchange: ours ? exchange.number : undefined }
  const { topic, payload, qos } = message
  return {
    ...stage,
    heard: [entry, ...stage.heard].slice(0, heardMax),
    heardCount: number,
    exchange: ours ? addStep(exchange, { kind: 'arrived', atMs, topic, payload, qos }) : exchange
  }
}

/** A packet id comes back after a while: the newest message with it is meant. */
function onAcknowledged(stage: Stage, { messageId, packet, atMs }: EventOf<'acknowledged'>): Stage {
  const meant = stage.heard.find((entry) => entry.messageId === messageId)
  if (!meant) return stage
  const heard = stage.heard.map((entry) => (entry === meant ? { ...entry, acknowledged: packet } : entry))
  const isOfExchange = stage.exchange !== undefined && stage.exchange.number === meant.exchange
  const changed = { ...stage, heard }
  return isOfExchange
    ? inExchange(changed, (exchange) => addStep(exchange, { kind: 'acknowledged', atMs, packet }))
    : changed
}
