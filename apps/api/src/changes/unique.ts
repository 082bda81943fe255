import { Prisma } from '@parley/database'

/** Whether a write failed because another row has one of these columns' values already. */
export function isUniqueViolation(error: unknown, column: string): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return false
  const meta = (error.meta ?? {}) as {
    driverAdapterError?: { cause?: { constraint?: unknown } }
    target?: unknown
  }
  // The fields of the constraint, or the name of its index: nothing else of what the driver says.
  return JSON.stringify(meta.driverAdapterError?.cause?.constraint ?? meta.target ?? '').includes(column)
}
