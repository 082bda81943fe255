import { Button, NativeSelect, SegmentedControl, SimpleGrid, Textarea, TextInput } from '@mantine/core'
import { dryRunBounds } from '@parley/contracts'
import { texts } from '../../texts'
import { Credentials } from './credentials'
import { requiredError, topicError } from './field-checks'
import { Pane } from './pane'
import type { RequesterFields } from './prefill'
import { RulePanel } from './rule-panel'
import classes from './try-it.module.css'
import type { TryOut } from './use-try-it'

const { requester } = texts.tryIt
const versions = (['5.0', '3.1.1'] as const).map((value) => ({ value, label: requester.versions[value] }))
const qosLevels = ['0', '1', '2']

/** The one who asks: in MQTT 5 by itself, in 3.1.1 with the help of a rule. */
export function RequesterPane({ tryOut }: { tryOut: TryOut }) {
  const { fields, stage, send } = tryOut
  const { version, topic } = fields.requester
  const isModern = version === '5.0'
  return (
    <Pane
      tryOut={tryOut}
      side="requester"
      title={requester.title}
      badge={isModern ? 'MQTT 5' : 'MQTT 3.1.1'}
      about={isModern ? requester.aboutModern : requester.aboutOld}
      actions={
        <Button
          size="xs"
          variant="default"
          disabled={stage.links.requester.kind !== 'connected' || topicError(topic) !== undefined}
          onClick={send}
        >
          {requester.publish}
        </Button>
      }
    >
      <ConnectionFields tryOut={tryOut} />
      <div className={classes.topicAndQos}>
        <TopicField tryOut={tryOut} />
        <QosField tryOut={tryOut} />
      </div>
      <SimpleGrid cols={{ base: 1, xs: isModern ? 2 : 1 }} spacing="sm">
        <PayloadField tryOut={tryOut} />
        {isModern && <CorrelationField tryOut={tryOut} />}
      </SimpleGrid>
      {!isModern && <RulePanel tryOut={tryOut} />}
    </Pane>
  )
}

function ConnectionFields({ tryOut }: { tryOut: TryOut }) {
  const { fields, stage, changeRequester, disconnect } = tryOut
  const { version, clientId } = fields.requester
  const isOn = stage.links.requester.kind !== 'idle' && stage.links.requester.kind !== 'refused'
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={requester.version}
        data={versions}
        value={version}
        onChange={(value) => {
          // Another version is another client.
          if (isOn) disconnect('requester')
          changeRequester({ version: value as RequesterFields['version'] })
        }}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          size="xs"
          label={requester.clientId}
          spellCheck={false}
          disabled={isOn}
          classNames={{ input: classes.locked ?? '' }}
          value={clientId}
          error={requiredError(clientId)}
          onChange={(event) => changeRequester({ clientId: event.currentTarget.value })}
        />
        <ReplyTopicField tryOut={tryOut} />
      </SimpleGrid>
      <Credentials tryOut={tryOut} side="requester" disabled={isOn} />
    </>
  )
}

function TopicField({ tryOut: { fields, changeRequester } }: { tryOut: TryOut }) {
  const { topic } = fields.requester
  return (
    <TextInput
      size="xs"
      label={requester.topic}
      spellCheck={false}
      value={topic}
      error={topicError(topic)}
      onChange={(event) => changeRequester({ topic: event.currentTarget.value })}
    />
  )
}

function QosField({ tryOut: { fields, changeRequester } }: { tryOut: TryOut }) {
  return (
    <NativeSelect
      size="xs"
      label={requester.qos}
      data={qosLevels}
      value={String(fields.requester.qos)}
      onChange={(event) => changeRequester({ qos: Number(event.currentTarget.value) as 0 | 1 | 2 })}
    />
  )
}

function PayloadField({ tryOut: { outgoing, changeRequester } }: { tryOut: TryOut }) {
  return (
    <Textarea
      size="xs"
      label={requester.payload}
      spellCheck={false}
      autosize
      minRows={1}
      maxRows={8}
      maxLength={dryRunBounds.payloadCharactersMax}
      classNames={{ input: classes.mono ?? '' }}
      value={outgoing.payload}
      onChange={(event) => changeRequester({ payload: event.currentTarget.value })}
    />
  )
}

/** What a v5 client sets itself. */
function CorrelationField({ tryOut: { outgoing, changeRequester } }: { tryOut: TryOut }) {
  return (
    <TextInput
      size="xs"
      label={requester.correlation}
      spellCheck={false}
      value={outgoing.correlation}
      onChange={(event) => changeRequester({ correlation: event.currentTarget.value })}
    />
  )
}

function ReplyTopicField({ tryOut: { fields, outgoing, changeRequester } }: { tryOut: TryOut }) {
  return (
    <TextInput
      size="xs"
      label={fields.requester.version === '5.0' ? requester.responseTopic : requester.replyTopic}
      spellCheck={false}
      value={outgoing.replyTopic}
      error={topicError(outgoing.replyTopic)}
      onChange={(event) => changeRequester({ replyTopic: event.currentTarget.value })}
    />
  )
}
