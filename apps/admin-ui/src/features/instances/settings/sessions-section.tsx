import { Radio, Stack } from '@mantine/core'
import { texts } from '../../../texts'
import { Section } from './section'
import { useForm } from './use-settings-form'

const { sessions: words } = texts.settings

/** Where what outlives a connection is kept. */
export function SessionsSection() {
  const { value, set, problems } = useForm()
  return (
    <Section id="sessions" title={words.title}>
      <Radio.Group
        label={words.label}
        description={words.when}
        error={problems.sessions}
        value={String(value('sessions'))}
        onChange={(chosen) => set('sessions', chosen)}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="redis" label={words.redis} description={words.redisHint} />
          <Radio value="memory" label={words.memory} description={words.memoryHint} />
        </Stack>
      </Radio.Group>
    </Section>
  )
}
