import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Problem } from '@parley/contracts'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import { type TProperties, type TSchema, Type } from 'typebox'
import type { Services } from '../services.js'

/** A Fastify instance whose handlers know the types of their schemas. */
export type Routes = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Adds one operation. */
export type Operation = (app: Routes, services: Services) => void

const problemResponse = { content: { 'application/problem+json': { schema: Problem } } }

/** The answers of an operation: its success, and the problems that every operation can answer. */
export function answers<S extends number, T extends TSchema>(status: S, schema: T) {
  return { [status]: schema, '4xx': problemResponse, '5xx': problemResponse } as Record<S, T> &
    Record<'4xx' | '5xx', typeof problemResponse>
}

/** Path parameters: texts, because what is not an id is "not found", not "invalid". */
export function Params<T extends TProperties>(properties: T) {
  return Type.Object(properties)
}
export const InstanceParams = Params({ instanceId: Type.String() })
export const RuleParams = Params({ instanceId: Type.String(), ruleId: Type.String() })
export const PolicyParams = Params({ instanceId: Type.String(), policyId: Type.String() })
export const ReplyJobParams = Params({ instanceId: Type.String(), jobId: Type.String() })
export const UserParams = Params({ instanceId: Type.String(), username: Type.String() })

/** Of a request without its query: what `location` builds on. */
export function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
  return url.split('?', 1)[0]!
}
