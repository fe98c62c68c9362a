import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Log } from './log.ts'
import type { Span, TraceChoice, Tracing, TracingParts } from './tracing.ts'

/** A collector that does not answer holds up a stop no longer than this. */
const exportTimeoutMs = 3000

/** W3C Trace Context, section 3.2: of later versions the fields of the first are read, and `ff` is none. */
const traceParentForm =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.{0,256})?$/

const readTraceParent = (header: string | undefined): SpanContext | undefined => {
  const [, traceId, spanId, flags] = traceParentForm.exec(header ?? '') ?? []
  if (!traceId || !spanId || !flags) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

const writeTraceParent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`

/** Says once when the collector fails, and once when it takes spans again. */
const spoken = (exporter: SpanExporter, log: Log): SpanExporter => {
  let failing = false
  return {
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.code !== 0
        if (failed && !failing) log.warn({ err: result.error }, 'The trace collector takes no spans; they are dropped')
        if (!failed && failing) log.info({}, 'The trace collector takes spans again')
        failing = failed
        done(result)
      }),
  }
}

/** Tracing that sends its spans to an OTLP/HTTP collector, in batches and beside the work. */
export const openOtlpTracing = (choice: TraceChoice, { clock, log, version }: TracingParts): Tracing => {
  const exporter = new OTLPTraceExporter({ url: choice.url, timeoutMillis: exportTimeoutMs })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': choice.serviceName, 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(choice.share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: spoken(exporter, log), exportTimeoutMillis: exportTimeoutMs })],
  })
  const tracer = provider.getTracer('imagehooks', version)
  const running = new AsyncLocalStorage<Span>()

  const contextOf = (parent: string | undefined): Context => {
    const remote = readTraceParent(parent)
    return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT
  }

  return {
    enabled: true,
    start(name, { kind, parent, attributes = {} }) {
      const options = {
        kind: kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
        startTime: new Date(clock.now()),
        attributes,
      }
      const span = tracer.startSpan(name, options, contextOf(parent))
      return {
        traceParent: writeTraceParent(span.spanContext()),
        rename: (renamed) => void span.updateName(renamed),
        set: (more) => void span.setAttributes(more),
        end(problem) {
          if (problem !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: problem })
          span.end(new Date(clock.now()))
        },
      }
    },
    within: (span, work) => running.run(span, work),
    current: () => running.getStore()?.traceParent,
    close: async () => {
      try {
        await provider.shutdown()
      } catch (error) {
        log.warn({ err: error }, 'The last spans could not be sent')
      }
    },
  }
}
