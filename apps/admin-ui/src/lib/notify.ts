import { notifications } from '@mantine/notifications'
import { errorText } from './error-text'

/** A short word that something was done. */
export function tellDone(message: string): void {
  notifications.show({ color: 'teal', message })
}

/** A short word that something failed which has no place of its own on the page. */
export function tellFailed(title: string, error: unknown): void {
  const { detail, advice } = errorText(error)
  notifications.show({
    color: 'red',
    title,
    message: advice && advice !== detail ? `${detail} ${advice}` : detail
  })
}
