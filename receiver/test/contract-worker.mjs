// The contract of a receiver in workerd: POST /webhooks is the receiver, anything else runs the suite inside. Its `answer` is the
// Worker's fetch.
import { makeGround, runContract } from './contract-ground.mjs'

const { receiver, target } = makeGround()

export const answer = async (request, env, context) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/webhooks') return receiver.fetch(request, undefined, context)
  if (pathname === '/handled') return Response.json(target.handledCount(await request.text()))
  return Response.json(await runContract({ ...target, send: receiver.fetch }))
}
