import pg from 'pg'

/** The database at a URL cannot be used; the message is one sentence that an operator can act on. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError'
}

const reachTimeoutMsDefault = 5_000

/** Connects once and asks for nothing more. Throws `DatabaseUnreachableError`, which never shows the password. */
export async function assertDatabaseReachable(url: string, timeoutMs = reachTimeoutMsDefault): Promise<void> {
  const where = describe(url)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs })
  // A server that goes away during the check is reported by the query; without a listener it would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query({ text: 'select 1', query_timeout: timeoutMs } as pg.QueryConfig)
  } catch (error) {
    throw new DatabaseUnreachableError(`Postgres at ${where} ${reason(error)}`, { cause: error })
  } finally {
    await client.end()
  }
}

function describe(url: string): string {
  if (!URL.canParse(url)) throw new DatabaseUnreachableError('The database URL is not a URL')
  const { protocol, hostname, port, pathname } = new URL(url)
  if (!/^postgres(ql)?:$/.test(protocol)) {
    throw new DatabaseUnreachableError(`The database URL must begin with postgresql://, not ${protocol}//`)
  }
  return `${hostname}:${port || '5432'}${pathname}`
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  switch (code) {
    case 'ECONNREFUSED':
      return 'refuses connections: nothing listens there'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'cannot be found: its host name is unknown'
    case '28P01':
    case '28000':
      return 'refuses the user or the password of the URL'
    case '3D000':
      return 'has no database of that name'
    default:
      return `does not answer: ${message || code || 'unknown error'}`
  }
}
