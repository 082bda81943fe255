/** To be built. */
export function RulePage() {
  return <p>RulePage</p>
}
