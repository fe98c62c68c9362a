/** What is wrong with a URL while it is typed; the server judges the rest, such as where its name leads. */
export const urlFault = (text: string): string | undefined => {
  const typed = text.trim()
  if (typed === '' || 'https://'.startsWith(typed) || 'http://'.startsWith(typed)) return undefined
  const url = URL.parse(typed)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'A webhook URL begins with https://.'
  if (url.username !== '' || url.password !== '') return 'Leave user name and password out; use a header instead.'
  if (typed.includes('#')) return 'Leave out the part behind #; it is never sent.'
  return undefined
}
