/** To be built. */
export function DeadLettersPage() {
  return <p>DeadLettersPage</p>
}
