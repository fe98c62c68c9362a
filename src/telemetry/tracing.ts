import type { Clock } from '../domain/clock.ts'
import type { Log } from './log.ts'

/** What a span says beside its name; names follow OpenTelemetry's conventions. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** A piece of work with a beginning and an end, within a trace. */
export type Span = {
  /** Names the span to those who go on with its trace (W3C Trace Context); undefined where nothing is traced. */
  readonly traceParent: string | undefined
  rename(name: string): void
  set(attributes: SpanAttributes): void
  /** Ends it, once; with what went wrong, if anything did. */
  end(problem?: string): void
}

export type SpanStart = {
  /** Whose answer is waited for: ours by somebody, or somebody's by us. */
  readonly kind: 'server' | 'client'
  /** The `traceparent` that it goes on from; one that is malformed begins a new trace. */
  readonly parent?: string | undefined
  readonly attributes?: SpanAttributes
}

/** Where the work is told of that goes on from process to process. */
export type Tracing = {
  readonly enabled: boolean
  start(name: string, how: SpanStart): Span
  /** Runs work so that `current` answers the span in it, and in all that it waits for. */
  within<Outcome>(span: Span, work: () => Outcome): Outcome
  /** The `traceparent` of the work that runs. */
  current(): string | undefined
  /** Sends what was not sent yet, and ends. */
  close(): Promise<void>
}

const silentSpan: Span = { traceParent: undefined, rename: () => {}, set: () => {}, end: () => {} }

/** Tells nobody. */
export const silentTracing: Tracing = {
  enabled: false,
  start: () => silentSpan,
  within: (_span, work) => work(),
  current: () => undefined,
  close: async () => {},
}

/** Where spans are sent. */
export type TraceChoice = {
  /** An OTLP/HTTP collector's address for traces. */
  readonly url: string
  readonly serviceName: string
  /** The share of traces begun here that is told, 0 to 1; one that comes from elsewhere brings its own decision. */
  readonly share: number
}

export type TracingParts = { readonly clock: Clock; readonly log: Log; readonly version: string }
