/** A piece of text, and which of the two versions has it. */
export interface DiffPart {
  text: string
  in: 'both' | 'before' | 'after'
}

/** Words, runs of space, and all else character by character; a variable is one word. */
const words = /\$\{[^}]*\}|[\p{L}\p{N}_]+|\s+|./gsu
/** Comparisons; two longer texts are shown as replaced by each other. */
const comparisonsMax = 250_000

/** What changed between two texts, word by word. */
export function wordDiff(before: string, after: string): DiffPart[] {
  const a = before.match(words) ?? []
  const b = after.match(words) ?? []
  if (a.length * b.length > comparisonsMax) return joined([part(before, 'before'), part(after, 'after')])
  const common = commonLengths(a, b)
  const parts: DiffPart[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.push(part(a[i]!, 'both'))
      i++
      j++
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      parts.push(part(a[i++]!, 'before'))
    } else {
      parts.push(part(b[j++]!, 'after'))
    }
  }
  return joined(parts)
}

/** Of the longest common run of words from each pair of places on. */
function commonLengths(a: string[], b: string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] =
        a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
    }
  }
  return lengths
}

function part(text: string, where: DiffPart['in']): DiffPart {
  return { text, in: where }
}

/** Neighbours of one kind as one piece. */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const pieces: DiffPart[] = []
  for (const { text, in: where } of parts) {
    const last = pieces.at(-1)
    if (last?.in === where) last.text += text
    else if (text !== '') pieces.push({ text, in: where })
  }
  return pieces
}
