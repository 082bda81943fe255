import { Text } from '@mantine/core'
import { visible } from '../../lib/format'
import { texts } from '../../texts'
import type { Exchange, Step } from './exchange'
import { asText } from './payload'
import { PayloadView } from './payload-view'
import { PropertyList } from './property-list'
import { reasonInWords } from './reason-codes'
import { ReplyFields } from './reply-fields'

const { timeline, reply: replyTexts, requester } = texts.tryIt

/** What one step brought. */
export function StepView({ exchange, step }: { exchange: Exchange; step: Step }) {
  switch (step.kind) {
    case 'published':
      return <Published exchange={exchange} />
    case 'accepted':
      return <StepTitle text={acceptedText(step.packet, step.code)} />
    case 'refused':
      return <StepTitle text={timeline.refused(reasonInWords(step.code))} />
    case 'arrived':
      return (
        <>
          <StepTitle text={timeline.arrived(step.topic)} />
          <PayloadView payload={step.payload} />
        </>
      )
    case 'acknowledged': {
      const { packet } = step
      return (
        <StepTitle text={packet === 'PUBREC' ? timeline.halfway(packet) : timeline.acknowledged(packet)} />
      )
    }
    case 'replied':
      return <Replied exchange={exchange} step={step} />
  }
}

function StepTitle({ text }: { text: string }) {
  return (
    <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
      {visible(text)}
    </Text>
  )
}

function acceptedText(packet: string, code: number): string {
  return code === 0 ? timeline.accepted(packet) : timeline.acceptedWith(packet, reasonInWords(code))
}

function Published({ exchange: { request } }: { exchange: Exchange }) {
  const { topic, version, replyTopic, correlation } = request
  return (
    <>
      <StepTitle text={timeline.published(topic)} />
      {version === '5.0' ? (
        <PropertyList
          title={timeline.setItself}
          properties={{ [requester.responseTopic]: replyTopic, [requester.correlation]: correlation }}
        />
      ) : (
        <Text size="xs" c="dimmed">
          {timeline.setsNone}
        </Text>
      )}
    </>
  )
}

function Replied({ exchange, step }: { exchange: Exchange; step: Extract<Step, { kind: 'replied' }> }) {
  const { topic, reply, answers, payload, correlation, contentType } = step
  const isModern = exchange.request.version === '5.0'
  const data = correlation && asText(correlation)
  return (
    <>
      <StepTitle text={answers ? timeline.replied(topic) : timeline.repliedElse(topic)} />
      {isModern && (
        <PropertyList
          title={replyTexts.properties}
          properties={{ [replyTexts.correlationData]: data, [replyTexts.contentType]: contentType }}
        />
      )}
      {answers && (
        <Text size="xs" c="dimmed">
          {correlationText(isModern, isModern ? data : reply?.pubProps.correlationDataBase64)}
        </Text>
      )}
      {reply ? <ReplyFields reply={reply} json={asText(payload) ?? ''} /> : <PayloadView payload={payload} />}
    </>
  )
}

function correlationText(isModern: boolean, correlation: string | undefined): string {
  if (correlation === undefined) return replyTexts.noCorrelation
  return isModern ? replyTexts.correlationProperty : replyTexts.correlationInside
}
