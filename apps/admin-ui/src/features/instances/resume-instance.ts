import type { Instance } from '@parley/contracts'
import { tellDone, tellFailed } from '../../lib/notify'
import { texts } from '../../texts'
import { updateInstance } from './changes'

const words = texts.instances

/** Lets clients in again, and says so. Nobody loses anything by it: it is not asked for twice. */
export async function resumeInstance({ id, name }: Instance): Promise<void> {
  try {
    await updateInstance(id, { status: 'running' })
    tellDone(words.resumed(name))
  } catch (error) {
    tellFailed(words.changeFailed(name), error)
  }
}
