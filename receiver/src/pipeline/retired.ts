/**
 * Stands in for the receiver of an endpoint that is not used any more: answers 410 to every POST, upon which its sender
 * stops. `export default { fetch: retired }`, or in a receiver's place in any adapter: `nodeHandler(retired)`.
 */
export const retired = async ({ method }: Pick<Request, 'method'>): Promise<Response> => {
  const isPost = method === 'POST'
  const headers = { 'cache-control': 'no-store', 'content-type': 'application/problem+json', allow: 'POST' }
  const code = isPost ? 'retired' : 'method_not_allowed'
  return Response.json({ code }, { status: isPost ? 410 : 405, headers })
}
