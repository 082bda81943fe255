import { TryItInvitation } from '../try-it/try-it-invitation'

/** To be built. */
export function InstancesPage() {
  return (
    <>
      <TryItInvitation />
      <p>InstancesPage</p>
    </>
  )
}
