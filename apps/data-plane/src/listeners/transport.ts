/** What a connection hears from its transport. */
export interface TransportListener {
  onData(chunk: Buffer): void
  /** All that was handed over has left for the network, after `pendingBytes` was above 0. */
  onDrain(): void
  /** The peer is gone, or the transport was closed. Called once. */
  onGone(): void
}

/** A byte stream to one client: a TCP socket or a WebSocket. */
export interface Transport {
  /** ip:port of the client. */
  readonly clientHost: string
  /** Bytes handed over that the network has not taken yet. */
  readonly pendingBytes: number
  attach(listener: TransportListener): void
  /** Hands bytes over. True when they were taken at once, so that the caller may write over them. */
  send(bytes: Buffer): boolean
  pause(): void
  resume(): void
  /** Closes after what was sent. */
  end(): void
  /** Closes now. */
  destroy(): void
}

/** ip:port; IPv4 addresses on an IPv6 socket lose their prefix, IPv6 addresses get brackets. */
export function hostOf(address: string | undefined, port: number | undefined): string {
  const ip = (address ?? '').replace(/^::ffff:/, '')
  return ip.includes(':') ? `[${ip}]:${port ?? 0}` : `${ip}:${port ?? 0}`
}
