/** To be built. */
export function TryItPage() {
  return <p>TryItPage</p>
}
