import { texts } from '../../texts'

const instanceFrame = texts.instanceFrame

/** The pages of one instance, in the order in which they are shown. */
export const sections = [
  { to: '/instances/$instanceId', label: instanceFrame.home, exact: true },
  { to: '/instances/$instanceId/rules', label: instanceFrame.rules },
  { to: '/instances/$instanceId/users', label: instanceFrame.users },
  { to: '/instances/$instanceId/policies', label: instanceFrame.policies },
  { to: '/instances/$instanceId/dead-letters', label: instanceFrame.deadLetters },
  { to: '/instances/$instanceId/try-it', label: instanceFrame.tryIt },
  { to: '/instances/$instanceId/settings', label: instanceFrame.settings }
] as const
