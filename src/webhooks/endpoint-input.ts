import type { Endpoint } from '../domain/endpoint.ts'
import { requireEventTypes, requireHeaders, requireName, requireTargetUrl, type TargetRules } from './endpoint-rules.ts'

/** What a user says of an endpoint. Omitted: the default for a new one, unchanged for a patch. */
export type EndpointInput = {
  readonly url?: string | undefined
  readonly events?: readonly string[] | undefined
  readonly secret?: string | undefined
  readonly name?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly maxConcurrency?: number | null | undefined
  readonly rateLimit?: number | null | undefined
  readonly timeoutSeconds?: number | null | undefined
  readonly ordered?: boolean | undefined
  readonly active?: boolean | undefined
}

/** The fields that were given, as an endpoint holds them; refuses what may not be. */
export const checkInput = async (
  input: EndpointInput,
  rules: TargetRules,
): Promise<Partial<Omit<Endpoint, 'id' | 'accountId'>>> => ({
  ...(input.url === undefined ? {} : { url: (await requireTargetUrl(input.url, rules)).href }),
  ...(input.events === undefined ? {} : { eventTypes: requireEventTypes(input.events) }),
  ...(input.name === undefined ? {} : { name: requireName(input.name) }),
  ...(input.headers === undefined ? {} : { headers: requireHeaders(input.headers) }),
  ...(input.maxConcurrency === undefined ? {} : { maxConcurrency: input.maxConcurrency }),
  ...(input.rateLimit === undefined ? {} : { rateLimit: input.rateLimit }),
  ...(input.ordered === undefined ? {} : { ordered: input.ordered }),
  ...(input.timeoutSeconds === undefined ? {} : { timeoutSeconds: input.timeoutSeconds }),
})

/** `active: true` resumes what was paused or suspended; `false` pauses by hand, what was suspended too. */
export const stateAfter = (
  before: Endpoint,
  active: boolean | undefined,
  now: number,
): Pick<Endpoint, 'state' | 'stateReason' | 'stateSince'> => {
  if (active === true && before.state !== 'active') return { state: 'active', stateReason: null, stateSince: now }
  if (active === false && before.state !== 'paused')
    return { state: 'paused', stateReason: 'paused by hand', stateSince: now }
  return { state: before.state, stateReason: before.stateReason, stateSince: before.stateSince }
}
