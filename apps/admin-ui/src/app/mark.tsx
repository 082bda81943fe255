/** The mark of the product: one arrow there, one back. */
export function Mark() {
  return <img src="/mark.svg" alt="" width={24} height={24} />
}
