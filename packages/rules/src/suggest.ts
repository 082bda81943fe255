/** The name that was probably meant, or undefined when none is near. Case does not count. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase()
  // A third of the letters may be wrong, and at least two.
  const distanceMax = Math.max(2, Math.floor(lower.length / 3))
  let nearest: string | undefined
  let nearestDistance = distanceMax + 1
  for (const name of names) {
    // A name as long as this is out of reach anyway: what a user may write has no short bound.
    if (Math.abs(name.length - lower.length) > distanceMax) continue
    const distance = editDistance(lower, name.toLowerCase())
    if (distance < nearestDistance && distance < lower.length) {
      nearest = name
      nearestDistance = distance
    }
  }
  if (nearest !== undefined || lower.length < 3) return nearest
  return names.find((name) => name.toLowerCase().startsWith(lower))
}

/** Insertions, deletions and replacements between two short texts. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, replaced))
    }
    previous = current
  }
  return previous[b.length]!
}
