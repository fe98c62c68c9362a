/** Whether an `Accept` header names a type. Wildcards do not count: clients that send them cannot always show it. */
export const accepts = (accept: string | undefined, wanted: string): boolean =>
  (accept ?? '')
    .toLowerCase()
    .split(',')
    .some((range) => {
      const [type, ...parameters] = range.split(';').map((part) => part.trim())
      return type === wanted && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    })
