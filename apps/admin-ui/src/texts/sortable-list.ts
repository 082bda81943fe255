/** Lists that are sorted by hand. */
export const sortableListTexts = {
  handle: (name: string) => `Move ${name}`,
  handleHint: 'Drag, or press Alt and an arrow key',
  instructions:
    'Press Space to pick the row up, the arrow keys to move it, Space to put it down and Escape to put it back. Alt and an arrow key move it at once.',
  pickedUp: (name: string, place: number, of: number) => `Picked up ${name}, place ${place} of ${of}.`,
  over: (name: string, place: number, of: number) => `${name} is over place ${place} of ${of}.`,
  moved: (name: string, place: number, of: number) => `${name} is at place ${place} of ${of} now.`,
  putBack: (name: string) => `${name} stays where it was.`,
  alreadyFirst: (name: string) => `${name} is first already.`,
  alreadyLast: (name: string) => `${name} is last already.`
} as const
