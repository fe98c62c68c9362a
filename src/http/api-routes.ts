import { Hono } from 'hono'
import { z } from 'zod'
import type { Account, Permission } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import type { ErrorCode } from '../domain/errors.ts'
import { requirePermission } from './authenticate.ts'
import { success } from './envelope.ts'
import { accountOf, type AppContext, type AppEnvironment, type Routes } from './environment.ts'
import { readJson, readQuery } from './input.ts'

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'

/** What a call takes and gives. The schemas validate, type the handler, and become the OpenAPI document. */
export type CallDescription<Query = unknown, Body = unknown, Result = unknown> = {
  /** What the call does, in a few words. */
  readonly summary: string
  /** What a user has to know beyond its fields, in Markdown. */
  readonly description?: string
  /** The query; without one, strict calls refuse every parameter and others pass over them. */
  readonly query?: z.ZodType<Query>
  /** Query parameters whose empty value means something; else empty counts as absent. */
  readonly keepEmpty?: readonly string[]
  /** The JSON body; it is read and validated before the handler is called. */
  readonly body?: z.ZodType<Body>
  /** The form the call takes, where the handler reads the body by itself. */
  readonly form?: z.ZodType
  /** What stands in `result`, or the media type where the call answers bytes. */
  readonly result: z.ZodType<Result> | string
  /** What the token must be allowed to; default: `read` for GET, else `write`. */
  readonly permission?: Permission
  /** What a caller can cause beyond what every call of the API can answer. */
  readonly errors?: readonly ErrorCode[]
}

/** A call with its place, relative to where its routes are mounted, in Hono's spelling. */
export type Call = CallDescription & { readonly method: Method; readonly path: string }

/** What a handler is given: the request, and what was read and validated of it. */
export type CallInput<Query, Body> = {
  readonly context: AppContext
  readonly account: Account
  readonly query: Query
  readonly body: Body
}

/** Answers `result`, which is put into the envelope, or a whole response. */
type Handler<Query, Body, Result> = (input: CallInput<Query, Body>) => Promise<Result | Response>

type Add = <Query = undefined, Body = undefined, Result = unknown>(
  path: string,
  description: CallDescription<Query, Body, Result>,
  handler: Handler<Query, Body, Result>,
) => void

/** Routes of the account API, and the calls they were declared as. */
export type ApiRoutes = { readonly routes: Routes; readonly calls: readonly Call[] }

export type Api = ApiRoutes & Readonly<Record<Method, Add>>

const noQuery = z.strictObject({})

/**
 * Declares calls under an account: each is validated by its schemas and answered in the envelope. `strict` calls refuse
 * unknown and repeated query parameters.
 */
export const createApi = ({ clock, strict = false }: { readonly clock: Clock; readonly strict?: boolean }): Api => {
  const routes = new Hono<AppEnvironment>()
  const calls: Call[] = []

  const readCallQuery = <Query>(context: AppContext, { query, keepEmpty }: CallDescription<Query>) => {
    if (!query && strict) readQuery(context, noQuery, { once: true })
    return query && readQuery(context, query, { once: strict, ...(keepEmpty && { keepEmpty }) })
  }

  const adder =
    (method: Method): Add =>
    (path, description, handler) => {
      calls.push({ ...description, method, path })
      // What a description does not ask for is undefined, and its handler's type says so.
      const read = async (context: AppContext) => ({
        query: readCallQuery(context, description),
        body: description.body ? await readJson(context, description.body, clock) : undefined,
      })
      routes.on(method.toUpperCase(), path, async (context) => {
        if (description.permission) requirePermission(context, description.permission)
        const input = (await read(context)) as Pick<Parameters<typeof handler>[0], 'query' | 'body'>
        const result = await handler({ context, account: accountOf(context), ...input })
        return result instanceof Response ? result : success(context, result)
      })
    }

  return {
    routes,
    calls,
    get: adder('get'),
    put: adder('put'),
    post: adder('post'),
    patch: adder('patch'),
    delete: adder('delete'),
  }
}
