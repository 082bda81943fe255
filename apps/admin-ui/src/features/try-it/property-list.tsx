import { Text } from '@mantine/core'
import { DeviceText } from '../../components/device-text'

/** Properties of a message, those that are set. */
export function PropertyList({
  title,
  properties
}: {
  title: string
  properties: Record<string, string | undefined>
}) {
  const set = Object.entries(properties).filter((entry): entry is [string, string] => entry[1] !== undefined)
  if (set.length === 0) return null
  return (
    <Text size="xs" component="div" role="group" aria-label={title}>
      {set.map(([name, value]) => (
        <div key={name}>
          {name}: <DeviceText value={value} size="xs" />
        </div>
      ))}
    </Text>
  )
}
