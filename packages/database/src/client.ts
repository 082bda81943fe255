import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.js'

/** The control plane's database: a Prisma client. `$disconnect()` closes its connections. */
export type Database = PrismaClient

export interface DatabaseOptions {
  /** Connections held at most. */
  poolSize?: number
  /** How long a query waits for a connection before it fails. */
  connectTimeoutMs?: number
}

const poolSizeDefault = 10
const connectTimeoutMsDefault = 5_000

/** A client of the Postgres at `url`. Connects with the first query; a server that is away fails that query only. */
export function createDatabase(url: string, options: DatabaseOptions = {}): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: options.poolSize ?? poolSizeDefault,
    connectionTimeoutMillis: options.connectTimeoutMs ?? connectTimeoutMsDefault
  })
  return new PrismaClient({ adapter })
}
