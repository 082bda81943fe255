import '@tanstack/react-router'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The revision of the save that led to the page. */
    savedRevision?: number
  }
}
