const whoWidth = 12
const speaksWidth = 7
const indent = ' '.repeat(2 + whoWidth + speaksWidth)

/** The heading of an act. */
export function printHeading(text: string): void {
  console.log(`\n${text}\n`)
}

/** One step: who, what it speaks, what it does. */
export function printLine(who: string, speaks: string, what: string): void {
  console.log(`  ${who.padEnd(whoWidth)}${speaks.padEnd(speaksWidth)}${what}`)
}

/** A JSON reply, field by field below the last step. */
export function printReply(json: string): void {
  const fields = Object.entries(JSON.parse(json) as object)
  const width = Math.max(...fields.map(([name]) => name.length)) + 2
  for (const [name, value] of fields) console.log(`${indent}  ${name.padEnd(width)}${JSON.stringify(value)}`)
}
