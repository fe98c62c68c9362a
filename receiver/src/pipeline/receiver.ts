import type { PrepareMacCheck } from '../crypto/mac.ts'
import { type Admitted, admit } from './admit.ts'
import type { Arrival } from './arrival.ts'
import type { DeliveryFacts, EventPattern, Handler, PatternMap, WorkerContext } from './delivery.ts'
import { eventKey, unknownKey } from './event-key.ts'
import { keepVerifier } from './keep-verifier.ts'
import { checkOptions, fromEnv, type ReceiverOptions } from './options.ts'
import { type Outcome, outcomeStatuses, respond } from './outcome.ts'
import { createRoutes } from './routes.ts'
import { settle } from './settle.ts'
import { understand } from './understand.ts'

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

/** Makes a receiver on one of the two cores; see `createReceiver`. */
export const makeReceiver = <Env>(prepareMacCheck: PrepareMacCheck, options: ReceiverOptions<Env>): Receiver<Env> => {
  const setup = checkOptions(options)
  const verifierFor = keepVerifier(prepareMacCheck, setup)
  const routes = createRoutes(setup.unknown)

  /** The pipeline from the verified bytes on. */
  const deliver = async (arrival: Arrival<Env>, { body, proof }: Admitted): Promise<Outcome> => {
    const { request, env, context, receivedAt, facts } = arrival
    Object.assign(facts, proof)
    const accounts = setup.account === undefined ? undefined : [fromEnv(setup.account, env)].flat()
    const payload = understand(body, proof, { ...setup, accounts, receivedAt })
    if ('code' in payload) return payload
    const key = payload.event ? eventKey(payload.event) : await unknownKey(proof.id, body)
    const attempt = Number(request.headers.get('webhook-attempt')) || undefined
    Object.assign(facts, { key, attempt, type: payload.type, imageId: payload.event?.image.id })
    const steps = routes.match(payload)
    if ('code' in steps) return steps
    const delivery: DeliveryFacts<Env> = { ...proof, key, attempt, receivedAt, body, env, context }
    const inbox = fromEnv(setup.inbox, env)
    arrival.fault = 'unavailable'
    return settle(inbox, setup, delivery, steps, facts)
  }

  const handle = async (arrival: Arrival<Env>): Promise<Outcome> => {
    try {
      const admitted = await admit(arrival, setup, verifierFor)
      return 'code' in admitted ? admitted : await deliver(arrival, admitted)
    } catch (error) {
      return { code: arrival.fault, error }
    }
  }

  /** Tells the record; what fails in telling it must not change what the sender hears. */
  const report = async ({ receivedAt, env, facts }: Arrival<Env>, { code, reason, error }: Outcome): Promise<void> => {
    const { audit, log = console, now } = setup
    try {
      if (audit)
        await audit(
          { code, status: outcomeStatuses[code], receivedAt, durationMs: now() - receivedAt, ...facts, reason, error },
          env,
        )
      else if (error !== undefined) log.error(`A webhook ended as ${code}.`, error)
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
      const arrival: Arrival<Env> = {
        request,
        env,
        context,
        receivedAt: setup.now(),
        facts: {},
        fault: 'misconfigured',
      }
      const outcome = await handle(arrival)
      await report(arrival, outcome)
      return respond(outcome)
    },
  }
  return receiver
}
