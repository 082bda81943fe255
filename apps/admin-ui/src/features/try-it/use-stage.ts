import type { IPublishPacket, Packet } from 'mqtt'
import { type Dispatch, useEffect, useReducer, useRef, useState } from 'react'
import { type AcknowledgingPacket, isAnswered, type SentRequest } from './exchange'
import { Link, type LinkOptions, refusalCode } from './link'
import { emptyStage, onStageEvent, type Role, type Stage, type StageEvent } from './stage'
import { useHeldEvents } from './use-held-events'

/** Without a reply for this long, the page says what may be the reason. */
const replyExpectedWithinMs = 5_000

export interface StageControl {
  stage: Stage
  connect(role: Role, options: LinkOptions): void
  disconnect(role: Role): void
  send(request: SentRequest): Promise<void>
}

/** Two MQTT clients for as long as the page is shown, and what happens between them. */
export function useStage(): StageControl {
  const [stage, dispatchNow] = useReducer(onStageEvent, emptyStage)
  const dispatch = useHeldEvents(dispatchNow)
  const [links] = useState(() => ({ responder: responderLink(dispatch), requester: requesterLink(dispatch) }))
  useEffect(
    () => () => {
      links.responder.end()
      links.requester.end()
    },
    [links]
  )
  useLateness(stage, dispatch)
  const exchanges = useRef(0)
  return {
    stage,
    connect: (role, options) => void links[role].connect(options),
    disconnect: (role) => links[role].end(),
    send: (request) => sendRequest(links.requester, request, ++exchanges.current, dispatch)
  }
}

function responderLink(dispatch: Dispatch<StageEvent>): Link {
  return new Link({
    onState: (state) => dispatch({ type: 'link', role: 'responder', state }),
    onMessage: ({ messageId = 0, topic, payload, qos }) => {
      const message = { messageId, topic, payload: bytesOf(payload), qos }
      dispatch({ type: 'heard', message, atMs: performance.now() })
    },
    onSent: (sent) => {
      const packet = acknowledgingPacket(sent)
      if (!packet) return
      dispatch({ type: 'acknowledged', messageId: sent.messageId ?? 0, packet, atMs: performance.now() })
    }
  })
}

function requesterLink(dispatch: Dispatch<StageEvent>): Link {
  return new Link({
    onState: (state) => dispatch({ type: 'link', role: 'requester', state }),
    onMessage: ({ topic, payload, qos, properties }) => {
      const { correlationData: correlation, contentType } = properties ?? {}
      const arrived = { topic, payload: bytesOf(payload), qos, correlation, contentType }
      dispatch({ type: 'replied', arrived, atMs: performance.now() })
    },
    onSent: () => undefined
  })
}

async function sendRequest(
  link: Link,
  request: SentRequest,
  exchange: number,
  dispatch: Dispatch<StageEvent>
): Promise<void> {
  if (!(await link.listenTo(request.replyTopic, 1))) return
  const { topic, payload, qos } = request
  dispatch({ type: 'published', exchange, request, atMs: performance.now() })
  try {
    const acceptance = await link.publish({ topic, payload, qos, ...propertiesOf(request) })
    if (acceptance) dispatch({ type: 'accepted', exchange, acceptance, atMs: performance.now() })
  } catch (error) {
    dispatch({ type: 'refused', exchange, code: refusalCode(error), atMs: performance.now() })
  }
}

function propertiesOf({ version, replyTopic, correlation }: SentRequest) {
  if (version !== '5.0') return {}
  return {
    properties: {
      responseTopic: replyTopic,
      ...(correlation !== undefined && { correlationData: correlation })
    }
  }
}

function useLateness({ exchange }: Stage, dispatch: Dispatch<StageEvent>): void {
  const waitsFor = exchange && !isAnswered(exchange) ? exchange.number : undefined
  useEffect(() => {
    if (waitsFor === undefined) return undefined
    const timer = setTimeout(() => dispatch({ type: 'late', exchange: waitsFor }), replyExpectedWithinMs)
    return () => clearTimeout(timer)
  }, [waitsFor, dispatch])
}

const acknowledging: Record<string, AcknowledgingPacket> = {
  puback: 'PUBACK',
  pubrec: 'PUBREC',
  pubcomp: 'PUBCOMP'
}

function acknowledgingPacket({ cmd }: Packet): AcknowledgingPacket | undefined {
  return acknowledging[cmd]
}

function bytesOf(payload: IPublishPacket['payload']): Uint8Array {
  return typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
}
