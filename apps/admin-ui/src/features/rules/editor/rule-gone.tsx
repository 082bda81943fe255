import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { ErrorPanel } from '../../../components/error-panel'
import { texts } from '../../../texts'

const { gone: words } = texts.ruleEditor

export interface RuleGoneProps {
  opened: boolean
  pending: boolean
  error: unknown
  onSaveAsNew: () => void
  onClose: () => void
}

/** The rule was deleted while somebody edited it: what was typed can become a new one. */
export function RuleGone({ opened, pending, error, onSaveAsNew, onClose }: RuleGoneProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.title}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      <Stack gap="sm">
        <Text size="sm">{words.text}</Text>
        {error ? <ErrorPanel error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.stay}
          </Button>
          <Button data-autofocus loading={pending} onClick={onSaveAsNew}>
            {words.saveAsNew}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
