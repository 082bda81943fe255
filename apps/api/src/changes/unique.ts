import { Prisma } from '@parley/database'

/** Whether a write failed because another row has one of these columns' values already. */
export function isUniqueViolation(error: unknown, column: string): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return false
  return JSON.stringify(error.meta ?? {}).includes(column)
}
