/** What the Worker has asked the world: the method, the address, and the body. */
const asked: string[] = []

/** Images whose moderator has been asked before, and did not know then. */
const undecided = new Set<string>()

const verdictOn = (imageId: string): Response => {
  if (imageId.startsWith('rejected')) return Response.json({ approved: false })
  if (!imageId.startsWith('undecided') || undecided.has(imageId)) return Response.json({ approved: true })
  undecided.add(imageId)
  return Response.json({ error: 'overloaded' }, { status: 503 })
}

/**
 * Stands for the world outside of the tests' Worker: a moderator, which rejects images by their name, and the Images API.
 * `https://asked.example/` answers what has been asked since.
 */
export const answerOutside = async (request: { method: string; url: string; text(): Promise<string> }) => {
  const body = await request.text()
  const { hostname } = new URL(request.url)
  if (hostname === 'asked.example') return Response.json(asked.splice(0))
  asked.push(`${request.method} ${request.url} ${body}`.trim())
  return hostname === 'moderation.example' ? verdictOn(JSON.parse(body).imageId) : Response.json({ success: true })
}
