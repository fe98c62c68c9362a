/** Whether this server has a built-in receiver: `imagehooks dev` does. */
export const hasInbox = async (): Promise<boolean> => {
  const response = await fetch('/inbox/deliveries', { method: 'HEAD' })
  return response.ok && response.headers.get('content-type')?.startsWith('application/json') === true
}
