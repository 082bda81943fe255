import { notifications } from '@mantine/notifications'
import type { Instance } from '@parley/contracts'
import { errorText } from '../../lib/error-text'
import { texts } from '../../texts'
import { updateInstance } from './changes'

const { instances: words } = texts

/** Lets clients in again, and says so. Nobody loses anything by it: it is not asked for twice. */
export async function resumeInstance({ id, name }: Instance): Promise<void> {
  try {
    await updateInstance(id, { status: 'running' })
    notifications.show({ message: words.resumed(name) })
  } catch (error) {
    const { detail, advice } = errorText(error)
    notifications.show({
      color: 'red',
      title: words.changeFailed(name),
      message: `${detail} ${advice}`.trim()
    })
  }
}
