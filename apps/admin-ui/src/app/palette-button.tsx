import { ActionIcon, Button, Kbd } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { texts } from '../texts'

/** Opens the command palette for those who do not know its keys yet. */
export function PaletteButton() {
  return (
    <>
      <Button
        visibleFrom="xs"
        size="xs"
        variant="default"
        leftSection={<IconSearch size={14} />}
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        onClick={spotlight.open}
      >
        {texts.frame.search}
      </Button>
      <ActionIcon
        hiddenFrom="xs"
        variant="subtle"
        color="gray"
        aria-label={texts.frame.searchShort}
        onClick={spotlight.open}
      >
        <IconSearch size={18} />
      </ActionIcon>
    </>
  )
}
