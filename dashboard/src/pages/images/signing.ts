import { useQuery } from '@tanstack/react-query'
import { signImageUrl } from '@imagehooks/receiver/signed-url'
import { useApi, type CallResult } from '../../api/use-api.ts'

export type SigningKey = CallResult<'getImagesV1Keys'>['keys'][number]

/** Browsers sign on `https://` and on this machine only; elsewhere they have no cryptography. */
export const canSign = (): boolean => isSecureContext

export const keysKey = ['keys'] as const

/** The account's signing keys; there always is one. */
export const useSigningKeys = (wanted = true) => {
  const api = useApi()
  return useQuery({
    queryKey: keysKey,
    queryFn: ({ signal }) => api('getImagesV1Keys', { signal }),
    enabled: wanted,
  })
}

/** Good for as many seconds from now; undefined: as long as its key. */
export const signFor = (url: string, key: string, seconds: number | undefined): Promise<string> =>
  signImageUrl(url, key, seconds === undefined ? {} : { expiresAtSeconds: Math.floor(Date.now() / 1000) + seconds })

const twoHours = 7200

/**
 * The address that shows a picture here: as it is where all may see it, else signed for two hours. Undefined while the
 * signature is made, and where the browser cannot make one.
 */
export const useShownUrl = (url: string, isPrivate: boolean): string | undefined => {
  const needsKey = isPrivate && canSign()
  const key = useSigningKeys(needsKey).data?.keys[0]?.value
  const signed = useQuery({
    queryKey: ['signed', url, key],
    queryFn: () => signFor(url, key ?? '', twoHours),
    enabled: needsKey && key !== undefined,
    // The same address for an hour, so that the browser's cache knows the picture again.
    staleTime: 3_600_000,
    gcTime: 3_600_000,
  })
  return isPrivate ? signed.data : url
}
