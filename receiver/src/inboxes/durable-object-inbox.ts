import { inOrder, rowsOf, type SqlDatabase, type SqlValue } from '../sql/database.ts'
import type { Claim, ClaimTerms, Inbox } from './inbox.ts'
import { sqlInbox, type SqlInboxOptions } from './sql-inbox.ts'

/** What is needed of the storage of a Durable Object with SQLite; `ctx.storage` fits as it is. */
export type DurableObjectStorage = {
  sql: { exec(sql: string, ...values: SqlValue[]): { toArray(): unknown[] } }
  getAlarm(): Promise<number | null>
  setAlarm(instant: number): Promise<void>
}

/** What is needed of a Durable Object's state; its constructor's first argument fits as it is. */
export type DurableObjectState = { storage: DurableObjectStorage }

/** What is needed of a namespace of Durable Objects; a binding fits as it is. */
export type DurableObjectNamespace<Id> = {
  idFromName(name: string): Id
  get(id: Id): { fetch(url: string, init?: { method: string; body: string }): Promise<Response> }
}

/** The table of the inbox, as in `tables.sql`. An object makes its own. */
export const inboxTableSql = `create table if not exists imagehooks_inbox (
  key text primary key,
  token text not null,
  lease_until bigint not null,
  keep_until bigint not null,
  done_at bigint
);
create index if not exists imagehooks_inbox_keep_until on imagehooks_inbox (keep_until);`

/** A Durable Object's storage as the receiver's own tables need it. */
export const durableObjectDatabase = ({ sql: storage }: DurableObjectStorage): SqlDatabase => ({
  async query(sql, ...given) {
    const { sql: text, values } = inOrder(sql, given)
    return rowsOf(storage.exec(text, ...values).toArray())
  },
})

/** What the inbox asks of an object, and the instant at which it asks. */
type Call = { at: number } & (
  | { ask: 'claim'; key: string; terms: ClaimTerms }
  | { ask: 'complete' | 'release'; key: string; token: string }
  | { ask: 'sweep'; limit: number }
)

/** Only this package's own client can ask, so its word is enough for what belongs to each question. */
const isCall = (value: unknown): value is Call => typeof value === 'object' && value !== null && 'ask' in value

const answerCall = async (inbox: Inbox, call: Call): Promise<unknown> => {
  switch (call.ask) {
    case 'claim':
      return inbox.claim(call.key, call.terms)
    case 'complete':
      return inbox.complete(call.key, call.token)
    case 'release':
      return inbox.release(call.key, call.token)
    default:
      return inbox.sweep(call.limit)
  }
}

const sweepCount = 1000

/**
 * The Durable Object that holds a part of an inbox. Export it from your Worker and name it in a migration's
 * `new_sqlite_classes`. It forgets by itself what is over, by an alarm. Only your own Worker can reach it.
 */
export class ImagehooksInbox {
  readonly #storage: DurableObjectStorage

  constructor(state: DurableObjectState) {
    this.#storage = state.storage
    this.#storage.sql.exec(inboxTableSql)
  }

  /** Answers one call of `durableObjectInbox`. */
  async fetch(request: Request): Promise<Response> {
    const call: unknown = await request.json()
    if (!isCall(call)) return new Response(null, { status: 400 })
    const answer = await answerCall(sqlInbox(durableObjectDatabase(this.#storage), { now: () => call.at }), call)
    if (call.ask === 'claim') await this.#wakeForTheNext()
    return Response.json(answer ?? null)
  }

  /** Forgets what is over. */
  async alarm(): Promise<void> {
    await sqlInbox(durableObjectDatabase(this.#storage)).sweep(sweepCount)
    await this.#wakeForTheNext()
  }

  async #wakeForTheNext(): Promise<void> {
    if ((await this.#storage.getAlarm()) !== null) return
    const [row] = rowsOf(this.#storage.sql.exec('select min(keep_until) as next from imagehooks_inbox').toArray())
    if (typeof row?.['next'] === 'number') await this.#storage.setAlarm(row['next'])
  }
}

/** How an inbox of Durable Objects is made. */
export type DurableObjectInboxOptions = SqlInboxOptions & {
  /** Over how many objects the events are spread. Default 16; changing it forgets what was handled. */
  objectCount?: number
}

/** Spreads keys evenly (FNV-1a). */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0
  return value
}

const isClaim = (answer: unknown): answer is Claim => typeof answer === 'object' && answer !== null && 'state' in answer

/**
 * An inbox in Durable Objects of the class {@link ImagehooksInbox}: one place for each event, on one thread. Throws a
 * TypeError where the binding is missing.
 */
export const durableObjectInbox = <Id>(
  namespace: DurableObjectNamespace<Id>,
  { objectCount = 16, now = Date.now }: DurableObjectInboxOptions = {},
): Inbox => {
  if (!namespace) throw new TypeError('durableObjectInbox has no namespace: check the name of the binding.')
  const ask = async (number: number, call: Call): Promise<unknown> => {
    const object = namespace.get(namespace.idFromName(`inbox-${number}`))
    const response = await object.fetch('https://inbox.invalid/', { method: 'POST', body: JSON.stringify(call) })
    if (!response.ok) throw new Error(`The inbox's Durable Object answered ${response.status}.`)
    return response.json()
  }
  const objectOf = (key: string): number => hash(key) % objectCount
  return {
    async claim(key, terms) {
      const claim = await ask(objectOf(key), { ask: 'claim', at: now(), key, terms })
      if (!isClaim(claim)) throw new Error("The inbox's Durable Object answered no claim.")
      return claim
    },
    async complete(key, token) {
      return (await ask(objectOf(key), { ask: 'complete', at: now(), key, token })) === true
    },
    async release(key, token) {
      await ask(objectOf(key), { ask: 'release', at: now(), key, token })
    },
    async sweep(limit) {
      let count = 0
      for (let number = 0; number < objectCount && count < limit; number++) {
        count += Number(await ask(number, { ask: 'sweep', at: now(), limit: limit - count }))
      }
      return count
    },
  }
}
