/** A URL leaves out the port that is its scheme's own. */
const httpPort = 80

/** Host (without the brackets of IPv6) and port of `mqtt://host:port`. */
export function hostAndPort(endpoint: string): { host: string; port: number } {
  // Of a scheme that they do not know, older browsers read no host.
  const { hostname, port } = new URL(endpoint.replace(/^mqtt:/, 'http:'))
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || httpPort) }
}
