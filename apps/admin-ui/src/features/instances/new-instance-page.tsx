/** To be built. */
export function NewInstancePage() {
  return <p>NewInstancePage</p>
}
