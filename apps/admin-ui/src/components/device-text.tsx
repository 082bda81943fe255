import { Text, type TextProps } from '@mantine/core'
import { visible } from '../lib/format'
import classes from './device-text.module.css'

/** A text that a device or an operator chose: shown as it is, in one direction, with what cannot be seen made visible. */
export function DeviceText({ value, ...props }: { value: string } & TextProps) {
  return (
    <Text component="bdi" dir="ltr" ff="monospace" size="sm" className={classes.text} {...props}>
      {visible(value)}
    </Text>
  )
}
