/** To be built. */
export function NewRulePage() {
  return <p>NewRulePage</p>
}
