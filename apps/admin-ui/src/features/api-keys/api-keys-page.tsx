/** To be built. */
export function ApiKeysPage() {
  return <p>ApiKeysPage</p>
}
