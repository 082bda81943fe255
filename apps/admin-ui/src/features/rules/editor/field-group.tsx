import { Text } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './rule-editor.module.css'

/** Fields that belong together, under a name of their own. */
export function FieldGroup({
  legend,
  about,
  children
}: {
  legend: string
  about: string
  children: ReactNode
}) {
  const id = useId()
  return (
    <fieldset className={classes.group} aria-describedby={id}>
      <Text component="legend" size="sm" fw={600} p={0}>
        {legend}
      </Text>
      <Text id={id} size="xs" c="dimmed" mb="xs">
        {about}
      </Text>
      {children}
    </fieldset>
  )
}
