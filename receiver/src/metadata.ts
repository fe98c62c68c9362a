/** @module Typed metadata: a schema of one's own for what uploaders say. */
import type { JsonObject, WebhookEvent } from './events/events.ts'
import type { Delivery, Handler } from './pipeline/delivery.ts'
import { Refusal } from './pipeline/refusal.ts'

/** What is wrong with a value, as Standard Schema says it. */
export type SchemaIssue = {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A schema by Standard Schema v1 (https://standardschema.dev): those of Zod, Valibot, ArkType and others fit as they are. */
export type StandardSchema<Output> = {
  readonly '~standard': {
    readonly version: 1
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>
  }
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** A delivery whose metadata is what the schema made of it. The event keeps it as it was sent. */
export type DeliveryWithMetadata<Metadata, Event extends WebhookEvent, Env> = Delivery<Event, Env> & {
  metadata: Metadata
}

/** A delivery whose metadata does not fit. */
export type MisfitDelivery<Event extends WebhookEvent, Env> = Delivery<Event, Env> & { issues: readonly SchemaIssue[] }

/** What to do where the metadata does not fit. */
export type MetadataOptions<Event extends WebhookEvent, Env> = {
  /**
   * Uploaders write metadata, so there will be some. `ignore` answers 200 and leaves the handler out, `refuse` answers
   * 422 (or makes a dead letter), a function handles it.
   */
  misfit: 'ignore' | 'refuse' | ((delivery: MisfitDelivery<Event, Env>) => unknown)
}

const none: JsonObject = {}

const placeOf = ({ path = [] }: SchemaIssue): string =>
  path.map((part) => `/${String(typeof part === 'object' ? part.key : part)}`).join('')

/**
 * A handler that gets the image's metadata as a schema of yours makes it: coerced, typed, with defaults. An image
 * without metadata counts as `{}`. What the schema lets through is still the uploader's word.
 */
export const withMetadata =
  <Metadata, Event extends WebhookEvent = WebhookEvent, Env = void>(
    schema: StandardSchema<Metadata>,
    { misfit }: MetadataOptions<Event, Env>,
    handler: (delivery: DeliveryWithMetadata<Metadata, Event, Env>) => unknown,
  ): Handler<Event, Env> =>
  async (delivery) => {
    const result = await schema['~standard'].validate(delivery.event.image.metadata ?? none)
    if (!result.issues) return handler({ ...delivery, metadata: result.value })
    if (typeof misfit === 'function') return misfit({ ...delivery, issues: result.issues })
    // Places, not messages: those may quote the uploader.
    if (misfit === 'refuse') throw new Refusal(`The metadata does not fit at ${result.issues.map(placeOf).join(', ')}.`)
    return undefined
  }
