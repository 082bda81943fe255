const finestBelowMs = 10

/** `3.4` below 10 ms, `12` above. */
export function formatMs(ms: number): string {
  return ms < finestBelowMs ? ms.toFixed(1) : Math.round(ms).toString()
}
