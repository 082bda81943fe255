// The control plane's Postgres: the Prisma client, its types, the migrations and the format of API keys.
// Imported by apps/api, scripts and tests; a data-plane node never comes near it.
export * from './api-key.js'
export * from './client.js'
export type {
  AccountSession,
  AdminAccount,
  ApiKey,
  AuditEvent,
  AuthorizationPolicy,
  ControlPlane,
  EnhancementRule,
  Instance,
  MqttUser,
  OutboxEntry,
  Tenant
} from './generated/client.js'
export { Prisma, PrismaClient } from './generated/client.js'
export * from './migrate.js'
export * from './reachable.js'
