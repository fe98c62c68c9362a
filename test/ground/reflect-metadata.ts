const metadata = new WeakMap<object, Map<unknown, unknown>>()

const own = (key: unknown, target: object): unknown => metadata.get(target)?.get(key)

const inherited = (key: unknown, target: object): unknown => {
  for (let holder: object | null = target; holder; holder = Reflect.getPrototypeOf(holder)) {
    if (metadata.get(holder)?.has(key)) return own(key, holder)
  }
  return undefined
}

/**
 * Gives `Reflect` the three functions of the (never standardised) metadata API that the container inside
 * `@peculiar/x509` insists on. Call it before that package is loaded.
 */
export const provideReflectMetadata = (): void => {
  if ('getMetadata' in Reflect) return
  Object.assign(Reflect, {
    getMetadata: inherited,
    getOwnMetadata: own,
    defineMetadata(key: unknown, value: unknown, target: object) {
      const entries = metadata.get(target) ?? new Map<unknown, unknown>()
      metadata.set(target, entries.set(key, value))
    },
  })
}
