import type { PrepareMacCheck } from '../crypto/mac.ts'
import { admit } from './admit.ts'
import type { Arrival } from './arrival.ts'
import type { DeliveryFacts, EventPattern, Handler, PatternMap, WorkerContext } from './delivery.ts'
import { eventKey, unknownKey } from './event-key.ts'
import { keepVerifier } from './keep-verifier.ts'
import { checkOptions, fromEnv, type ReceiverOptions } from './options.ts'
import { type Outcome, respond } from './outcome.ts'
import { report } from './report.ts'
import { createRoutes } from './routes.ts'
import { settle } from './settle.ts'
import type { Proof } from '../schemes/verifier.ts'
import { understand } from './understand.ts'
import { within } from '#within'

/** The receiving end of an endpoint. Its functions may be taken off it. */
export type Receiver<Env = void> = {
  /**
   * Registers handlers for an event type, or for every known one by `image.*`. An event's handlers run one after
   * another, in the order of registration; when one fails, the later ones do not run, and the whole delivery comes
   * again. Throws after the first delivery, and for a type that does not exist.
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
  const deliver = async (arrival: Arrival<Env>, proof: Proof): Promise<Outcome> => {
    const { request, env, context, receivedAt, body, facts } = arrival
    Object.assign(facts, proof)
    const accounts = setup.account === undefined ? undefined : [fromEnv(setup.account, env)].flat()
    const payload = understand(body, proof, setup, receivedAt, accounts)
    if ('code' in payload) return payload
    const key = payload.event ? eventKey(payload.event) : await unknownKey(proof.id, body)
    const attempt = Number(request.headers.get('webhook-attempt')) || undefined
    Object.assign(facts, { key, attempt, type: payload.type, imageId: payload.event?.image.id })
    const steps = routes.match(payload)
    if ('code' in steps) return steps
    const delivery: DeliveryFacts<Env> = { ...proof, key, attempt, receivedAt, body, env, context }
    const inbox = fromEnv(setup.inbox, env)
    return settle(inbox, setup, delivery, steps, arrival)
  }

  const walk = async (arrival: Arrival<Env>): Promise<Outcome> => {
    const admitted = await admit(arrival, setup, verifierFor)
    const outcome = 'code' in admitted ? admitted : await deliver(arrival, admitted)
    arrival.fault = 'unavailable'
    return (await setup.quarantine?.(outcome, arrival)) ?? outcome
  }

  const receiver: Receiver<Env> = {
    on(pattern, ...handlers) {
      routes.add(pattern, handlers)
      return receiver
    },
    async fetch(request, env, context) {
      const arrival: Arrival<Env> = {
        request,
        env,
        context,
        receivedAt: setup.now(),
        body: new Uint8Array(),
        facts: {},
        fault: 'misconfigured',
      }
      const outcome = await within(setup.leaseMs, walk(arrival)).catch((error) => ({ code: arrival.fault, error }))
      await report(arrival, outcome, setup)
      return respond(outcome)
    },
  }
  return receiver
}
