import { useMemo } from 'react'
import { addressOf } from '../../../src/client/address.ts'
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
