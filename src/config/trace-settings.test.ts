import { expect, test } from 'vitest'
import { buildConfig } from './config.ts'
import { readSettings } from './env.ts'

const read = (environment: Record<string, string>) =>
  buildConfig('serve', readSettings({}, environment), '/tmp').tracing

test('traces are off unless a collector is named, by OpenTelemetry’s own settings', () => {
  expect(read({ OTEL_SERVICE_NAME: 'images' })).toBeUndefined()
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' })).toEqual({
    url: 'http://localhost:4318/v1/traces',
    serviceName: 'imagehooks',
    share: 1,
  })
  expect(
    read({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp/',
      OTEL_SERVICE_NAME: 'images',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    }),
  ).toEqual({ url: 'https://collector.example/otlp/v1/traces', serviceName: 'images', share: 0.1 })
})

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_TRACES_SAMPLER_ARG: 'all' },
    'OTEL_TRACES_SAMPLER_ARG must be a share',
  ],
])('%o is refused', (environment, sentence) => {
  expect(() => read(environment)).toThrow(sentence)
})
