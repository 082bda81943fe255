import { TryItInvitation } from '../try-it/try-it-invitation'

/** To be built. */
export function InstanceHomePage() {
  return (
    <>
      <TryItInvitation />
      <p>InstanceHomePage</p>
    </>
  )
}
