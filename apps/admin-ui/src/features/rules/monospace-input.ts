/** For inputs of what devices read: every character as wide as the other. */
export const monospaceInput = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } } as const
