import { Button, Text } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { texts } from '../../../texts'
import { forgetInstance } from '../changes'
import { DeleteInstance } from '../delete-instance'
import { countersQuery } from '../queries'
import { resumeInstance } from '../resume-instance'
import { SuspendInstance } from '../suspend-instance'
import { Section } from './section'
import classes from './settings.module.css'

const { danger: words } = texts.settings

/** What every client of the instance feels. */
export function DangerZone({ instance }: { instance: Instance }) {
  const [asked, setAsked] = useState<'suspend' | 'delete'>()
  const navigate = useNavigate()
  const ids = useMemo(() => [instance.id], [instance.id])
  const counters = useQuery({ ...countersQuery(ids), enabled: asked !== undefined })
  const close = () => setAsked(undefined)
  const leave = async (instanceId: string) => {
    // What was edited is gone with the instance: there is nothing to ask.
    await navigate({ to: '/instances', ignoreBlocker: true })
    forgetInstance(instanceId)
  }
  return (
    <Section id="danger" title={words.title}>
      {instance.status === 'suspended' ? (
        <Act name={words.resume} about={words.resumeHint} onAct={() => void resumeInstance(instance)} />
      ) : (
        <Act danger name={words.suspend} about={words.suspendHint} onAct={() => setAsked('suspend')} />
      )}
      <Act danger name={words.delete} about={words.deleteHint} onAct={() => setAsked('delete')} />
      <SuspendInstance
        instance={asked === 'suspend' ? instance : undefined}
        connections={counters.data?.items[0]?.counters.connections}
        onClose={close}
      />
      <DeleteInstance
        instance={asked === 'delete' ? instance : undefined}
        onClose={close}
        onDeleted={(id) => void leave(id)}
      />
    </Section>
  )
}

interface ActProps {
  name: string
  about: string
  danger?: boolean
  onAct: () => void
}

function Act({ name, about, danger = false, onAct }: ActProps) {
  return (
    <div className={classes.act}>
      <Text size="sm" c="dimmed" maw="65ch">
        {about}
      </Text>
      <Button
        size="xs"
        variant={danger ? 'outline' : 'default'}
        color="var(--mantine-color-error)"
        onClick={onAct}
      >
        {name}
      </Button>
    </div>
  )
}
