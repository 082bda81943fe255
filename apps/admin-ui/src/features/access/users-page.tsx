/** To be built. */
export function UsersPage() {
  return <p>UsersPage</p>
}
