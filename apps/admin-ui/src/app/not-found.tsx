import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { PageHeader } from '../components/page-header'
import { texts } from '../texts'

/** For an address that leads nowhere. */
export function NotFound() {
  const { title, text, back } = texts.frame.notFound
  return (
    <Stack gap="sm" align="flex-start">
      <PageHeader title={title} />
      <Text size="sm">{text}</Text>
      <Anchor component={Link} to="/instances">
        {back}
      </Anchor>
    </Stack>
  )
}
