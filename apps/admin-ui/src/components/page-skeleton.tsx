import { Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import { texts } from '../texts'

const lines = ['100%', '92%', '96%', '88%', '94%']

/** In the place of a page, or of a part of it, that is on its way. */
export function PageSkeleton() {
  return (
    <Stack gap="sm" role="status" aria-busy="true">
      <VisuallyHidden>{texts.words.loading}</VisuallyHidden>
      <Skeleton height={24} width="30%" />
      {lines.map((width) => (
        <Skeleton key={width} height={36} width={width} />
      ))}
    </Stack>
  )
}
