import { Button, Group, Loader, Paper, Text } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconPlugConnected, IconSend } from '@tabler/icons-react'
import { useEffect } from 'react'
import { texts } from '../../texts'
import { isAnswered, isOver } from './exchange'
import { requiredError, topicError } from './field-checks'
import { tourFlag } from './tour-flag'
import classes from './try-it.module.css'
import type { TryOut } from './use-try-it'

const { next } = texts.tryIt

/** One sentence and one button: what to do now. The button stays the same element, so that Enter leads through all of it. */
export function NextStep({ tryOut }: { tryOut: TryOut }) {
  const moment = momentOf(tryOut)
  useTourEnd(moment === 'answered')
  const { sentence, label, act } = moments[moment]
  const isBusy = moment === 'connecting' || moment === 'waiting'
  const isReady = tryOut.instance.status === 'running' && isFilledIn(tryOut)
  return (
    <Paper withBorder p="sm" component="section" aria-label={next.label} className={classes.next}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" role="status">
          {sentence}
        </Text>
        <Button
          leftSection={isBusy ? <Loader size={iconSize} color="currentcolor" /> : icons[act]}
          aria-busy={isBusy}
          disabled={!isReady}
          onClick={() => {
            // Not disabled meanwhile: that would take the focus away.
            if (isBusy) return
            if (act === 'connect') tryOut.connectBoth()
            else tryOut.send()
          }}
        >
          {label}
        </Button>
      </Group>
    </Paper>
  )
}

const iconSize = 16
const icons = { connect: <IconPlugConnected size={iconSize} />, send: <IconSend size={iconSize} /> }

type Moment = 'connect' | 'refused' | 'connecting' | 'send' | 'waiting' | 'answered' | 'late'

const moments: Record<Moment, { sentence: string; label: string; act: 'connect' | 'send' }> = {
  connect: { sentence: next.connectText, label: next.connect, act: 'connect' },
  refused: { sentence: next.refusedText, label: next.connect, act: 'connect' },
  connecting: { sentence: next.connecting, label: next.connect, act: 'connect' },
  send: { sentence: next.sendText, label: next.send, act: 'send' },
  waiting: { sentence: next.waiting, label: next.send, act: 'send' },
  answered: { sentence: next.answeredText, label: next.again, act: 'send' },
  late: { sentence: next.lateText, label: next.again, act: 'send' }
}

function momentOf({ stage: { links, exchange } }: TryOut): Moment {
  const states = [links.responder.kind, links.requester.kind]
  if (states.includes('connecting')) return 'connecting'
  if (states.includes('refused') || states.includes('lost')) return 'refused'
  if (states.includes('idle')) return 'connect'
  if (!exchange) return 'send'
  if (isAnswered(exchange)) return 'answered'
  return isOver(exchange) ? 'late' : 'waiting'
}

function isFilledIn({ fields: { responder, requester } }: TryOut): boolean {
  const wrong = [requiredError(responder.clientId), requiredError(responder.filter)]
  return ![...wrong, requiredError(requester.clientId), topicError(requester.topic)].some(Boolean)
}

/** Who has seen a reply needs no invitation any more. */
function useTourEnd(answered: boolean): void {
  const [, setTour] = useLocalStorage(tourFlag)
  useEffect(() => {
    if (answered) setTour('over')
  }, [answered, setTour])
}
