import { silentTracing, type TraceChoice, type Tracing, type TracingParts } from './tracing.ts'

/** Traces where somebody wants them. The exporter is loaded only then: it is large, and starts are many. */
export const openTracing = async (choice: TraceChoice | undefined, parts: TracingParts): Promise<Tracing> =>
  choice ? (await import('./otlp-tracing.ts')).openOtlpTracing(choice, parts) : silentTracing
