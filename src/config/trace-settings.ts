import { ConfigError } from './config-error.ts'
import type { Settings } from './env.ts'

/** Where spans are sent, by OpenTelemetry's own settings of the environment. */
export type TraceSettings = {
  /** The collector's address for traces over OTLP/HTTP. */
  readonly url: string
  readonly serviceName: string
  /** The share of traces begun here that is told, 0 to 1. */
  readonly share: number
}

/**
 * Undefined unless an endpoint is named. The path `/v1/traces` is put behind it, as the specification of the OTLP exporter
 * says; its headers are read from `OTEL_EXPORTER_OTLP_HEADERS` by the exporter itself.
 */
export const readTracing = ({ traceEndpoint, traceServiceName, traceShare }: Settings): TraceSettings | undefined => {
  if (!traceEndpoint) return undefined
  const url = URL.parse(traceEndpoint.text)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new ConfigError(`${traceEndpoint.source} must be a URL such as http://localhost:4318.`)
  const share = traceShare ? Number(traceShare.text) : 1
  if (traceShare && !(share >= 0 && share <= 1))
    throw new ConfigError(`${traceShare.source} must be a share of traces from 0 to 1, such as 0.1.`)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return { url: url.href, serviceName: traceServiceName?.text ?? 'imagehooks', share }
}
