import { Box, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { DeviceText } from '../../components/device-text'
import { texts } from '../../texts'
import { Credentials } from './credentials'
import { requiredError } from './field-checks'
import { Pane } from './pane'
import { PayloadView } from './payload-view'
import type { Heard } from './stage'
import classes from './try-it.module.css'
import type { TryOut } from './use-try-it'

const { responder } = texts.tryIt
const qosOptions = ([1, 2] as const).map((qos) => ({ value: String(qos), label: responder.qosOptions[qos] }))

/** The old device: all it does is receive and acknowledge. */
export function ResponderPane({ tryOut }: { tryOut: TryOut }) {
  return (
    <Pane
      tryOut={tryOut}
      side="responder"
      title={responder.title}
      badge={responder.badge}
      about={responder.about}
    >
      <Fields tryOut={tryOut} />
      <Inbox tryOut={tryOut} />
    </Pane>
  )
}

function Fields({ tryOut }: { tryOut: TryOut }) {
  const { stage, fields, changeResponder } = tryOut
  const isOn = stage.links.responder.kind !== 'idle' && stage.links.responder.kind !== 'refused'
  const { clientId, filter, qos } = fields.responder
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          size="xs"
          label={responder.clientId}
          spellCheck={false}
          disabled={isOn}
          classNames={{ input: classes.locked ?? '' }}
          value={clientId}
          error={requiredError(clientId)}
          onChange={(event) => changeResponder({ clientId: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          label={responder.qos}
          disabled={isOn}
          classNames={{ input: classes.locked ?? '' }}
          data={qosOptions}
          value={String(qos)}
          onChange={(event) => changeResponder({ qos: event.currentTarget.value === '2' ? 2 : 1 })}
        />
      </SimpleGrid>
      <TextInput
        size="xs"
        label={responder.filter}
        spellCheck={false}
        disabled={isOn}
        classNames={{ input: classes.locked ?? '' }}
        value={filter}
        error={requiredError(filter)}
        onChange={(event) => changeResponder({ filter: event.currentTarget.value })}
      />
      <Credentials tryOut={tryOut} side="responder" disabled={isOn} />
    </>
  )
}

function Inbox({ tryOut: { stage, fields } }: { tryOut: TryOut }) {
  const isConnected = stage.links.responder.kind === 'connected'
  const nothing = isConnected ? responder.waitsFor(fields.responder.filter) : responder.nothingYet
  return (
    <Box component="section" aria-label={responder.inbox}>
      {stage.heard.length === 0 ? (
        <Text size="xs" c="dimmed">
          {nothing}
        </Text>
      ) : (
        <Stack gap={4} component="ol" className={classes.inbox} tabIndex={0}>
          {stage.heard.map((message) => (
            <li key={message.number}>
              <HeardMessage message={message} />
            </li>
          ))}
        </Stack>
      )}
    </Box>
  )
}

function HeardMessage({ message: { topic, qos, acknowledged, payload } }: { message: Heard }) {
  return (
    <>
      <Text size="xs" component="div">
        <DeviceText value={topic} size="xs" fw={600} /> · {responder.receivedAtQos(qos)} ·{' '}
        {acknowledged ? responder.acknowledged(acknowledged) : responder.notAcknowledged}
      </Text>
      <PayloadView payload={payload} />
    </>
  )
}
