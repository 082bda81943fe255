/** To be built. */
export function AccountPage() {
  return <p>AccountPage</p>
}
