import { notifications } from '@mantine/notifications'
import { texts } from '../texts'
import { errorText } from './error-text'

const closeButtonProps = { 'aria-label': texts.words.close }

/** A short word that something was done. */
export function tellDone(message: string): void {
  notifications.show({ color: 'teal', message, closeButtonProps })
}

/** A short word on what was not done, for a reason that is no failure. */
export function tellHeld(message: string): void {
  notifications.show({ color: 'orange', message, closeButtonProps })
}

/** A short word that something failed which has no place of its own on the page. */
export function tellFailed(title: string, error: unknown): void {
  const { detail, advice } = errorText(error)
  notifications.show({
    color: 'red',
    title,
    closeButtonProps,
    message: advice && advice !== detail ? `${detail} ${advice}` : detail
  })
}
