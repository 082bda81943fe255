/** To be built. */
export function InstanceHomePage() {
  return <p>InstanceHomePage</p>
}
