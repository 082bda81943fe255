import { hostAndPort } from './endpoint'

/** A text as one word of a POSIX shell, whatever it holds. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** `-h host -p port`, as the Mosquitto clients want the address of an endpoint. */
export function mosquittoAddress(endpoint: string): string {
  const { host, port } = hostAndPort(endpoint)
  return `-h ${host} -p ${port}`
}

/** A `curl` that sends JSON to the API with the key in `$KEY`. */
export function curlJson(method: string, path: string, body: object): string {
  return [
    `curl -sS -X ${method} ${shellQuoted(`${location.origin}/api/v1${path}`)}`,
    '  -H "authorization: Bearer $KEY" -H \'content-type: application/json\'',
    `  -d ${shellQuoted(JSON.stringify(body))}`
  ].join(' \\\n')
}
