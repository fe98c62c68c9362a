import busboy from 'busboy'
import type { Readable } from 'node:stream'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { imageLimits } from '../domain/image.ts'
import type { FormField } from './form-field.ts'
import { keepPace } from './pace.ts'

/** Bounds of a form, all held while it arrives. The parser calls a part too long that reaches its limit: so one more. */
const limits = {
  fileSize: imageLimits.fileBytes + 1,
  /** Of one text field; the longest that means something is an id or a creator of 1,024 characters. */
  fieldSize: 8 * 1024,
  /** Metadata of 1,024 bytes has fewer leaves than this. */
  fields: 600,
  files: 20,
  parts: 610,
}

/** Of the whole body: the file and all that may stand beside it. */
const bodyBytes = imageLimits.fileBytes + 1024 * 1024

/** What became of the file, until its form is complete: it can be thrown away. */
type Received = { discard(): Promise<void> }

export type UploadForm<File extends Received> = {
  /** Text fields in the order they came. */
  readonly fields: readonly FormField[]
  /** Undefined when the form had none. `filename` is as sent, without folders; empty when none was sent. */
  readonly file: { readonly filename: string; readonly received: File } | undefined
}

export type FormSource<File extends Received> = {
  readonly body: Readable
  readonly contentType: string | undefined
  /** Takes the file's bytes as they come. Settles when the stream ends or breaks; leaves nothing when it fails. */
  readonly receive: (bytes: Readable) => Promise<File>
  readonly clock: Clock
}

const tooLarge = (): AppError =>
  new AppError('image_too_large', `The file is over ${imageLimits.fileBytes} bytes (10 MB); send a smaller image.`, {
    pointer: 'file',
  })

const refuse = (message: string, pointer: string): AppError => new AppError('bad_request', message, { pointer })

const nameless = (): AppError =>
  new AppError('bad_request', 'The form has a part without a name; name each part, as in name="file".')

const openParser = (contentType: string | undefined): busboy.Busboy => {
  const notAForm = 'Images must be uploaded as a form, not as raw data; send multipart/form-data with the part "file".'
  if (!/^multipart\/form-data *(;|$)/i.test(contentType ?? '')) throw new AppError('not_a_form', notAForm)
  try {
    return busboy({ headers: { 'content-type': contentType }, limits, defParamCharset: 'utf8' })
  } catch (cause) {
    throw new AppError('not_a_form', 'The content type of the form names no boundary.', { cause })
  }
}

/**
 * Reads a form while it arrives: the file goes to `receive` at once, wherever it stands among the fields. When anything
 * goes wrong, nothing of it is left: a file that was received is discarded. The rest of the body is not read then.
 * @throws AppError `not_a_form`, `image_too_large`, `upload_aborted` (the connection ended), `upload_failed` (the form
 * is cut off or malformed), `upload_too_slow`, `bad_request` (two files, a part without a name, too many or too long fields),
 * `image_format_unsupported` (`file` sent as text), and whatever `receive` throws.
 */
export const readUploadForm = async <File extends Received>(source: FormSource<File>): Promise<UploadForm<File>> => {
  const { body, clock } = source
  const parser = openParser(source.contentType)
  const fields: FormField[] = []
  let file: { filename: string; receiving: Promise<File> } | undefined
  let failed: { readonly error: unknown } | undefined
  let receivedBytes = 0

  const fail = (error: unknown): void => {
    if (failed) return
    failed = { error }
    body.pause()
    // The parser may be in the middle of the chunk that brought the fault.
    process.nextTick(() => parser.destroy())
  }

  const addField = (name: string, value: string): void => {
    if (fields.length >= limits.fields)
      return fail(refuse(`The form has over ${limits.fields} fields; send fewer.`, name))
    if (name === 'file')
      return fail(
        new AppError(
          'image_format_unsupported',
          'The part "file" came as text, without a filename; send it as a file with one, such as filename="photo.jpg".',
          { pointer: 'file' },
        ),
      )
    fields.push([name, value])
  }

  const fieldTooLong = (name: string): void =>
    fail(refuse(`The field ${name} is over ${limits.fieldSize} bytes; send a shorter one.`, name))

  /** A text field that was sent with a filename, as `curl -F metadata=@meta.json` does. */
  const readAsField = (name: string, bytes: Readable): void => {
    const chunks: Uint8Array[] = []
    let sizeBytes = 0
    bytes.on('data', (chunk: Uint8Array) => {
      sizeBytes += chunk.length
      if (sizeBytes >= limits.fieldSize) fieldTooLong(name)
      else chunks.push(chunk)
    })
    bytes.on('end', () => addField(name, Buffer.concat(chunks).toString('utf8')))
  }

  const takeFile = (bytes: Readable, filename: string): void => {
    if (file) return fail(refuse('The form has two parts named "file"; send one image at a time.', 'file'))
    bytes.on('limit', () => {
      fail(tooLarge())
      bytes.destroy(tooLarge())
    })
    const receiving = source.receive(bytes)
    receiving.catch(fail)
    file = { filename, receiving }
  }

  // Its types say that every part has a name; the parser hands on what was sent.
  parser.on('field', (name: string | undefined, value, { valueTruncated }) => {
    if (failed) return
    if (name === undefined) fail(nameless())
    else if (valueTruncated) fieldTooLong(name)
    else addField(name, value)
  })
  parser.on('file', (name: string | undefined, bytes, { filename = '' }) => {
    // A stream that breaks before somebody reads it must not end the process.
    bytes.on('error', () => {})
    if (failed) return
    if (name === undefined) fail(nameless())
    else if (name === 'file') takeFile(bytes, filename)
    else readAsField(name, bytes)
  })
  for (const event of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const)
    parser.on(event, () => fail(new AppError('bad_request', 'The form has too many parts; send fewer.')))
  parser.on('error', (cause) =>
    fail(new AppError('upload_failed', 'The form is cut off or malformed; send it again, whole.', { cause })),
  )

  const onData = (chunk: Uint8Array): void => {
    receivedBytes += chunk.length
    if (receivedBytes > bodyBytes) fail(tooLarge())
    else if (!failed && !parser.write(chunk)) body.pause()
  }
  const onDrain = (): void => {
    if (!failed) body.resume()
  }
  const onEnd = (): void => void parser.end()
  const onBroken = (cause?: unknown): void =>
    fail(new AppError('upload_aborted', 'The connection ended before the upload was complete.', { cause }))
  const stopWatching = keepPace(
    clock,
    () => receivedBytes,
    (allowedMs) => {
      const seconds = Math.floor(allowedMs / 1000)
      fail(new AppError('upload_too_slow', `The upload did not arrive within ${seconds} s; send it on a faster line.`))
    },
  )

  await new Promise<void>((resolve) => {
    parser.once('close', resolve)
    parser.on('drain', onDrain)
    body.on('error', onBroken)
    body.on('close', () => {
      if (!body.readableEnded) onBroken()
    })
    body.on('end', onEnd)
    body.on('data', onData)
    // A client that was gone before anybody listened makes no further event.
    if (body.destroyed) onBroken()
  })
  stopWatching()
  body.off('data', onData)
  body.off('end', onEnd)

  const received = await file?.receiving.catch(() => undefined)
  if (failed) {
    await received?.discard()
    throw failed.error
  }
  return { fields, file: file && received && { filename: file.filename, received } }
}
