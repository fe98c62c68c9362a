const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?'
const form = new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*(?::[1-9]\\d{0,4})?$`)

/**
 * A host as an operator lists it: `images.example.com`; `*.example.com` for every name below it and not itself; with
 * `:8443` for a port that is not the scheme's own. Undefined when the text is none.
 */
export const parseHostPattern = (text: string): string | undefined => {
  const pattern = text.toLowerCase()
  return pattern.length <= 260 && form.test(pattern) ? pattern : undefined
}

/** Whether a web address lies at one of these hosts; its port counts unless it is the scheme's own. */
export const isAtHost = ({ host }: URL, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern))
