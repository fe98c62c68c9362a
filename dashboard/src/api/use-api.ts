import { useMemo } from 'react'
import { apiPlaces, type ApiCallName, type ApiCalls } from '../../../src/client/api-types.ts'
import { useAccountPath } from '../session/session-context.ts'
import { ask } from './ask.ts'

/** What a call is given: what stands in its path, its query, its JSON body or its form. */
export type CallInput<Name extends ApiCallName> = {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: ApiCalls[Name]['query']
  readonly body?: ApiCalls[Name]['body'] | FormData
  readonly signal?: AbortSignal
}

export type CallResult<Name extends ApiCallName> = ApiCalls[Name]['result']

export type Api = <Name extends ApiCallName>(name: Name, input?: CallInput<Name>) => Promise<CallResult<Name>>

/** The address of a call: each value in the path is encoded once. */
export const addressOf = (
  place: string,
  path: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string => {
  const filled = place.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return search === '' ? filled : `${filled}?${search}`
}

/** Calls the API of the account that is signed in, by the names of its document. */
export const useApi = (): Api => {
  const account = useAccountPath()
  return useMemo<Api>(
    () => (name, input) => {
      const [method, place] = apiPlaces[name]
      return ask(method, account + addressOf(place, input?.path, { ...input?.query }), input?.body, input?.signal)
    },
    [account],
  )
}
