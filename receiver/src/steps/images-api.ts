import { idSegment } from './image-url.ts'

/** The Images API of Cloudflare, or of your own server. */
export type ImagesApi = {
  /** The id of your account: never the event's. */
  account: string
  /** A token that may do what is asked here, and nothing else. */
  apiToken: string
  /** Default `https://api.cloudflare.com/client/v4`. */
  baseUrl?: string
}

/** Where the API has one image, and what it wants to hear. Throws a `Refusal` for an id that is no part of a path. */
export const imageCall = (
  { account, apiToken, baseUrl = 'https://api.cloudflare.com/client/v4' }: ImagesApi,
  id: string,
): { url: string; headers: Record<string, string> } => ({
  url: `${baseUrl}/accounts/${idSegment(account)}/images/v1/${idSegment(id)}`,
  headers: { authorization: `Bearer ${apiToken}` },
})
