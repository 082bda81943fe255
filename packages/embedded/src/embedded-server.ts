/** A server that runs for this process, or that an earlier process left running. */
export interface EmbeddedServer {
  url: string
  port: number
  pid: number
  /** True when it was found running. */
  reused: boolean
  /** Stops it and waits until it is gone. */
  stop(): Promise<void>
}
