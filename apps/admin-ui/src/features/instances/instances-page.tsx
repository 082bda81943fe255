/** To be built. */
export function InstancesPage() {
  return <p>InstancesPage</p>
}
