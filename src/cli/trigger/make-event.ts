import { sampleEvent, type EventType } from '@imagehooks/receiver'
import { ConfigError } from '../../config/config-error.ts'
import { newId } from '../../domain/id.ts'
import type { Random } from '../../domain/random.ts'

/** A made-up event, ready to be sent. */
export type MadeEvent = { readonly id: string; readonly atMs: number; readonly body: Uint8Array }

type Change = { readonly path: readonly string[]; readonly value: unknown }

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError('--set with := takes JSON, such as image.requireSignedURLs:=true; use = for text.')
  }
}

/** Reads `image.id=abc`, which is text, and `image.metadata:={"a":1}`, which is JSON. */
export const readChanges = (texts: readonly string[] = []): readonly Change[] =>
  texts.map((text) => {
    const [, path, json, value = ''] = /^([\w.-]+?)(:?)=(.*)$/s.exec(text) ?? []
    if (path === undefined) throw new ConfigError('--set must be written as field=text or field:=JSON.')
    return { path: path.split('.'), value: json === '' ? value : parseJson(value) }
  })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value with another one at the path; objects on the way are made where there are none. */
const changed = (value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown => {
  if (name === undefined) return to
  const fields = isObject(value) ? value : {}
  // Built from entries, so that a field called __proto__ is one like any other.
  return Object.fromEntries(
    [
      ...Object.entries(fields).filter(([key]) => key !== name || Object.hasOwn(fields, name)),
      ...(Object.hasOwn(fields, name) ? [] : [[name, undefined]]),
    ].map(([key, old]) => [key, key === name ? changed(old, rest, to) : old]),
  )
}

/** Makes one event, its image with an id of its own unless the changes name one. */
export const makeEvent = (
  type: EventType,
  changes: readonly Change[],
  { atMs, random }: { readonly atMs: number; readonly random: Random },
): MadeEvent => {
  const timestamp = new Date(atMs).toISOString()
  const imageId = `test_image_id_${Buffer.from(random.bytes(6)).toString('hex')}`
  const sample: unknown = sampleEvent(type, { timestamp, image: { id: imageId, uploaded: timestamp } })
  const value = changes.reduce((event, { path, value: to }) => changed(event, path, to), sample)
  return { id: newId('evt', atMs, random), atMs, body: Buffer.from(JSON.stringify(value)) }
}
