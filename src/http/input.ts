import type { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { AppContext } from './environment.ts'
import { inputFault } from './input-fault.ts'

/** The largest JSON body that is read, in bytes. */
export const jsonBodyBytes = 64 * 1024

/** How long a JSON body may take to arrive. */
const jsonBodyMs = 30_000

/** The longest name of a field that a sentence repeats. */
const longestName = 100

/** The first thing wrong with an input, as a sentence that begins with the field; its place as a JSON pointer. */
const refusal = (error: z.ZodError, whole: string, pointerPrefix: '' | '/'): AppError => {
  const issue = error.issues[0]
  const path = (issue?.path ?? []).map(String)
  const name = path.length > 0 ? path.join('.').slice(0, longestName) : whole
  const message = `${name} ${issue?.message ?? 'is not valid'}.`
  return new AppError('bad_request', message, path.length > 0 ? { pointer: pointerPrefix + path.join('/') } : {})
}

/** The body's text, read only as far as it may go. */
const readText = async (context: AppContext, clock: Clock): Promise<string> => {
  const tooLarge = new AppError('body_too_large', `The body is over ${jsonBodyBytes} bytes; send a smaller one.`)
  if (Number(context.req.header('content-length') ?? 0) > jsonBodyBytes) throw tooLarge
  const reader = context.req.raw.body?.getReader()
  if (!reader) return ''
  let late = false
  const cancelTimer = clock.after(jsonBodyMs, () => {
    late = true
    void reader.cancel().catch(() => {})
  })
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      sizeBytes += part.value.length
      if (sizeBytes > jsonBodyBytes) {
        await reader.cancel()
        throw tooLarge
      }
      chunks.push(part.value)
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('upload_aborted', 'The connection ended before the body was complete.', { cause: error })
  } finally {
    cancelTimer()
  }
  if (late) throw new AppError('upload_too_slow', `The body did not arrive within ${jsonBodyMs / 1000} seconds.`)
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * The JSON body of a request, held to a schema. An empty body counts as `{}`.
 * @throws AppError `bad_request` with a sentence that names the first wrong field, `body_too_large` over 64 KiB.
 */
export const readJson = async <Output>(
  context: AppContext,
  schema: z.ZodType<Output>,
  clock: Clock,
): Promise<Output> => {
  const text = await readText(context, clock)
  let value: unknown
  try {
    value = text.trim() === '' ? {} : JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad_request', 'The body is not valid JSON; send one JSON object.', { cause })
  }
  const parsed = schema.safeParse(value, { error: inputFault })
  if (!parsed.success) throw refusal(parsed.error, 'The body', '/')
  return parsed.data
}

export type QueryWish = {
  /** Parameters whose empty value means something. */
  readonly keepEmpty?: readonly string[]
  /** Refuse parameters that stand more than once, where else the first counts; of unknown ones a strict schema says so. */
  readonly once?: boolean
}

/**
 * The query of a request, held to a schema. An empty parameter counts as absent: the official client sends `null` so.
 * @throws AppError `bad_request` with a sentence that names the first wrong parameter.
 */
export const readQuery = <Output>(
  context: AppContext,
  schema: z.ZodType<Output>,
  { keepEmpty = [], once = false }: QueryWish = {},
): Output => {
  const doubled = Object.entries(context.req.queries()).find(([, values]) => values.length > 1)?.[0]
  if (once && doubled !== undefined)
    throw new AppError('bad_request', `${doubled} stands more than once in the query; send it once.`, {
      pointer: doubled,
    })
  const given = Object.entries(context.req.query()).filter(([name, value]) => value !== '' || keepEmpty.includes(name))
  const parsed = schema.safeParse(Object.fromEntries(given), { error: inputFault })
  if (!parsed.success) throw refusal(parsed.error, 'The query', '')
  return parsed.data
}
