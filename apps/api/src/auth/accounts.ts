import type { AdminAccount, Database, Prisma } from '@parley/database'

export type Account = AdminAccount & { tenant: { name: string } }

/** The account of an email in lower case; a text that Postgres cannot hold is nobody's. */
export async function findAccount(db: Database, email: string): Promise<Account | undefined> {
  const findable = !/[\0\p{Surrogate}]/u.test(email)
  const where = { email: findable ? email : '' }
  return (
    (await db.adminAccount.findUnique({ where, include: { tenant: { select: { name: true } } } })) ??
    undefined
  )
}

/** The account as it is now: sign-ins and password changes of one account take turns. */
export async function lockAccount(tx: Prisma.TransactionClient, id: string): Promise<Account | undefined> {
  await tx.$queryRaw`SELECT 1 FROM admin_accounts WHERE id = ${id}::uuid FOR UPDATE`
  const found = await tx.adminAccount.findUnique({
    where: { id },
    include: { tenant: { select: { name: true } } }
  })
  return found ?? undefined
}
