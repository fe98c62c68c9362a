/** Follows keys into JSON; undefined where it ends earlier. */
export const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )

/** The items of an array; none where it is something else. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Throws for anything but a text. */
export const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error(`The server answered ${JSON.stringify(value)} where a text belongs.`)
  return value
}

/** Throws for anything but a number. */
export const number = (value: unknown): number => {
  if (typeof value !== 'number') throw new Error(`The server answered ${JSON.stringify(value)} where a number belongs.`)
  return value
}
