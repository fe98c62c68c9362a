import type { PrepareMacKey } from '../crypto/mac.ts'
import { type Admitted, admit } from './admit.ts'
import type { Arrival } from './arrival.ts'
import type { DeliveryFacts, EventPattern, Handler, PatternMap, WorkerContext } from './delivery.ts'
import { eventKey, unknownKey } from './event-key.ts'
import { keepVerifier } from './keep-verifier.ts'
import { checkOptions, fromEnv, type ReceiverOptions } from './options.ts'
import { type Outcome, outcomeStatuses, respond } from './outcome.ts'
import { createRoutes } from './routes.ts'
import { settle } from './settle.ts'
import { type Payload, understand } from './understand.ts'

/** The receiving end of an endpoint. Its functions may be taken off it. */
export type Receiver<Env = void> = {
  /**
   * Registers handlers for an event type, or for every known one by `image.*`. An event's handlers run one after
   * another, in the order of registration; when one fails, the later ones do not run, and the whole delivery comes
   * again. Throws after the first delivery.
   */
  on<Pattern extends EventPattern>(pattern: Pattern, ...handlers: Handler<PatternMap[Pattern], Env>[]): Receiver<Env>
  /** Answers one request. Never rejects. */
  fetch(request: Request, env: Env, context?: WorkerContext): Promise<Response>
}

/** Which attempt this is; the header is not signed, and only believed to be a small number. */
const attemptOf = (request: Request): number | undefined => {
  const text = request.headers.get('webhook-attempt') ?? ''
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined
}

/** Makes a receiver on one of the two cores; see `createReceiver`. */
export const makeReceiver = <Env>(prepareMacKey: PrepareMacKey, options: ReceiverOptions<Env>): Receiver<Env> => {
  const setup = checkOptions(options)
  const verifierFor = keepVerifier(prepareMacKey, setup)
  const routes = createRoutes<Env>()

  /** What is to run for a payload, or why nothing is. */
  const plan = (payload: Payload, delivery: DeliveryFacts<Env>): (() => Promise<void>) | Outcome => {
    const { unknown } = setup
    if (payload.event) {
      const handlers = routes.match(payload.event)
      if (handlers.length === 0) return { code: 'ignored' }
      return async () => {
        for (const handle of handlers) await handle(delivery)
      }
    }
    if (unknown === 'ignore') return { code: 'ignored' }
    if (unknown === 'error') return { code: 'event_unknown' }
    return async () => unknown({ ...delivery, type: payload.type, value: payload.value })
  }

  /** The pipeline from the verified bytes on. */
  const deliver = async (arrival: Arrival<Env>, { body, proof }: Admitted): Promise<Outcome> => {
    const { request, env, context, receivedAt, facts } = arrival
    const accounts = setup.account === undefined ? undefined : [fromEnv(setup.account, env)].flat()
    const payload = understand(body, proof.scheme, { ...setup, accounts, receivedAt })
    if ('code' in payload) return payload
    const key = payload.event ? eventKey(payload.event) : await unknownKey(proof.id, body)
    const attempt = attemptOf(request)
    const type = payload.event ? payload.event.event : payload.type
    Object.assign(facts, { key, attempt, type, imageId: payload.event?.image.id })
    const { scheme, secretIndex, id } = proof
    const run = plan(payload, { key, id, attempt, scheme, secretIndex, receivedAt, body, env, context })
    return typeof run === 'function' ? settle(fromEnv(setup.inbox, env), key, setup, run, facts) : run
  }

  const handle = async (arrival: Arrival<Env>): Promise<Outcome> => {
    const admitted = await admit(arrival, setup, verifierFor)
    if ('code' in admitted) return admitted
    // Whatever throws here outside `settle` is a function of the options.
    return deliver(arrival, admitted).catch((error: unknown) => ({ code: 'misconfigured', error }))
  }

  /** Tells the record; what fails in telling it must not change what the sender hears. */
  const report = async ({ receivedAt, env, facts }: Arrival<Env>, { code, reason, error }: Outcome): Promise<void> => {
    const { audit, log = console, now } = setup
    try {
      if (!audit) {
        if (error !== undefined) log.error(`A webhook ended as ${code}.`, error)
        return
      }
      const status = outcomeStatuses[code]
      await audit({ code, status, receivedAt, durationMs: now() - receivedAt, ...facts, reason, error }, env)
    } catch (cause) {
      log.error('The audit hook failed.', cause)
    }
  }

  const receiver: Receiver<Env> = {
    on(pattern, ...handlers) {
      routes.add(pattern, handlers)
      return receiver
    },
    async fetch(request, env, context) {
      routes.freeze()
      const arrival: Arrival<Env> = { request, env, context, receivedAt: setup.now(), facts: {} }
      const outcome = await handle(arrival)
      await report(arrival, outcome)
      return respond(outcome)
    },
  }
  return receiver
}
