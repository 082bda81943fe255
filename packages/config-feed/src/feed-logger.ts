type Log = (fields: Record<string, unknown>, message: string) => void

/** What the feed needs of a logger; pino's and Fastify's loggers fit. */
export interface FeedLogger {
  info: Log
  warn: Log
  error: Log
}
