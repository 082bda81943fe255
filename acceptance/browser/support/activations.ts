import type { Visitor } from './visitor.js'

/** Presses of a pointer, and of the keys that activate something. */
const listen = `
  addEventListener('pointerdown', () => onActivation(), true)
  addEventListener('keydown', ({ key }) => { if (key === 'Enter' || key === ' ') onActivation() }, true)
`

/** Counts every click and every activation by key on all pages from now on. */
export async function countActivations({ context }: Visitor): Promise<{ count: number }> {
  const activations = { count: 0 }
  await context.exposeFunction('onActivation', () => {
    activations.count++
  })
  await context.addInitScript(listen)
  return activations
}
