import type { Command } from 'commander'
import { ConfigError } from '../../../config/config-error.ts'
import { imageLimits, type Meta } from '../../../domain/image.ts'
import { isPlainText } from '../../../domain/text.ts'
import { repeated } from '../../repeated.ts'

/** The flags that say what an image is given beside its bytes. */
export type ImageFieldOptions = {
  readonly meta?: readonly string[]
  readonly metadata?: string
  readonly creator?: string
}

/** Gives a command the flags of metadata and creator. */
export const addImageFields = (command: Command): Command =>
  command
    .option('--meta <name=text>', 'one field of metadata; name:=JSON for other values; repeatable', repeated)
    .option('--metadata <json>', 'all metadata, as one JSON object')
    .option('--creator <name>', 'whom it belongs to at yours; lists can be asked for it')

const isObject = (value: unknown): value is Meta => typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (text: string, fault: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError(fault)
  }
}

const readField = (text: string): readonly [name: string, value: unknown] => {
  const [, name, isJson, value = ''] = /^([^=:]+)(:?)=(.*)$/s.exec(text) ?? []
  if (name === undefined)
    throw new ConfigError(`--meta must be written as name=text or name:=JSON; "${text}" is neither.`)
  return [
    name,
    isJson === '' ? value : parse(value, `--meta ${name}:= takes JSON, such as ${name}:=5; use = for text.`),
  ]
}

const readObject = (text: string): Meta => {
  const fault = '--metadata must be one JSON object, such as {"key":"value"}.'
  const value = parse(text, fault)
  if (!isObject(value)) throw new ConfigError(fault)
  return value
}

/** The metadata that the flags say; undefined when they say none. @throws ConfigError */
export const readMeta = ({ meta, metadata }: ImageFieldOptions): Meta | undefined => {
  if (meta && metadata !== undefined) throw new ConfigError('Give either --meta or --metadata, not both.')
  if (!meta && metadata === undefined) return undefined
  const read = metadata === undefined ? Object.fromEntries((meta ?? []).map(readField)) : readObject(metadata)
  const bytes = Buffer.byteLength(JSON.stringify(read))
  if (bytes > imageLimits.metaBytes)
    throw new ConfigError(
      `Metadata may have ${imageLimits.metaBytes} bytes as JSON; this has ${bytes}. Keep the rest in a database of yours.`,
    )
  return read
}

/** The creator that the flags say. @throws ConfigError */
export const readCreator = ({ creator }: ImageFieldOptions): string | undefined => {
  if (creator === undefined) return undefined
  if ([...creator].length > imageLimits.creatorCharacters || !isPlainText(creator))
    throw new ConfigError(
      `--creator must be up to ${imageLimits.creatorCharacters} characters without control characters.`,
    )
  return creator
}
