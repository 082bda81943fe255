/** To be built. */
export function SettingsPage() {
  return <p>SettingsPage</p>
}
