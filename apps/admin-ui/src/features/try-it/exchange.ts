import type { Reply } from '@parley/contracts'
import type { Acceptance } from './link'
import { asText } from './payload'
import { readReply } from './reply-json'

/** A request as it was published. */
export interface SentRequest {
  clientId: string
  version: '3.1.1' | '5.0'
  topic: string
  payload: string
  qos: 0 | 1 | 2
  /** Where its sender waits for the reply. */
  replyTopic: string
  /** What the sender set itself (v5); undefined: nothing. */
  correlation: string | undefined
}

export type AcknowledgingPacket = 'PUBACK' | 'PUBREC' | 'PUBCOMP'

interface Arrived {
  topic: string
  payload: Uint8Array
  qos: 0 | 1 | 2
}

export interface ArrivedReply extends Arrived {
  correlation: Uint8Array | undefined
  contentType: string | undefined
}

/** What happened, and when (ms of the page's clock). */
export type Step = { atMs: number } & (
  | { kind: 'published' }
  | ({ kind: 'accepted' } & Acceptance)
  | { kind: 'refused'; code: number | undefined }
  | ({ kind: 'arrived' } & Arrived)
  | { kind: 'acknowledged'; packet: AcknowledgingPacket }
  /** `reply` undefined: something else was published to the Response Topic. */
  | ({ kind: 'replied'; reply: Reply | undefined; answers: boolean } & ArrivedReply)
)
export type StepKind = Step['kind']

/** One request and all that came of it, in the order in which it happened. */
export interface Exchange {
  /** From 1. */
  number: number
  request: SentRequest
  steps: Step[]
  /** Replies that are not among the steps, because they are too many. */
  repliesLeftOut: number
  /** The time in which a reply can be expected is over. */
  late: boolean
}

const repliesShownMax = 20

export function beginExchange(number: number, request: SentRequest, atMs: number): Exchange {
  return { number, request, steps: [{ kind: 'published', atMs }], repliesLeftOut: 0, late: false }
}

export function has(exchange: Exchange, kind: StepKind): boolean {
  return exchange.steps.some((step) => step.kind === kind)
}

/** A reply to this very request has come. */
export function isAnswered(exchange: Exchange): boolean {
  return exchange.steps.some((step) => step.kind === 'replied' && step.answers)
}

/** Nothing more is being waited for. */
export function isOver(exchange: Exchange): boolean {
  return exchange.late || isAnswered(exchange) || has(exchange, 'refused')
}

/** True when this is what the request brings to the responder; the first one counts. */
export function isTheRequest(exchange: Exchange, { topic, payload }: Arrived): boolean {
  const { request } = exchange
  return !has(exchange, 'arrived') && topic === request.topic && asText(payload) === request.payload
}

export function addStep(exchange: Exchange, step: Step): Exchange {
  return { ...exchange, steps: [...exchange.steps, step] }
}

/** A message on the Response Topic. */
export function addReply(exchange: Exchange, arrived: ArrivedReply, atMs: number): Exchange {
  const before = exchange.steps.filter((step) => step.kind === 'replied').length
  if (before >= repliesShownMax) return { ...exchange, repliesLeftOut: exchange.repliesLeftOut + 1 }
  const reply = readReply(asText(arrived.payload))
  const answers = reply !== undefined && answersRequest(reply, exchange.request)
  return addStep(exchange, { kind: 'replied', atMs, reply, answers, ...arrived })
}

/** An earlier request of the same client may be answered late: its correlation is another one. */
function answersRequest(reply: Reply, { clientId, topic, correlation }: SentRequest): boolean {
  const isOurs = reply.publisherClientId === clientId && reply.topic === topic
  return isOurs && (correlation === undefined || reply.pubProps.correlationData === correlation)
}
