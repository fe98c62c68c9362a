import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('counters, histograms and gauges are told as Prometheus reads them', async () => {
  const metrics = createMetrics()
  const attempts = metrics.counter('imagehooks_attempts_total', 'Attempts made.', ['outcome'])
  const seconds = metrics.histogram('imagehooks_attempt_seconds', 'How long they took.', [0.1, 1])
  let waiting = 0
  metrics.gauge('imagehooks_deliveries_waiting', 'Deliveries that are due.', () => waiting)
  attempts.add({ outcome: 'succeeded' })
  attempts.add({ outcome: 'failed' }, 2)
  seconds.observe({}, 0.5)
  waiting = 7
  const { contentType, body } = await metrics.render()
  expect(contentType).toMatch(/^text\/plain; version=/)
  expect(body.split('\n')).toEqual(
    expect.arrayContaining([
      '# HELP imagehooks_attempts_total Attempts made.',
      '# TYPE imagehooks_attempts_total counter',
      'imagehooks_attempts_total{outcome="succeeded"} 1',
      'imagehooks_attempts_total{outcome="failed"} 2',
      'imagehooks_attempt_seconds_bucket{le="0.1"} 0',
      'imagehooks_attempt_seconds_bucket{le="1"} 1',
      'imagehooks_deliveries_waiting 7',
    ]),
  )
})

test('a name can be taken once in one server, and again in another', () => {
  const metrics = createMetrics()
  metrics.counter('imagehooks_x_total', 'X.')
  expect(() => metrics.counter('imagehooks_x_total', 'X.')).toThrow('already been registered')
  expect(() => createMetrics().counter('imagehooks_x_total', 'X.')).not.toThrow()
})

test('the metrics of the process are there when asked for', async () => {
  const metrics = createMetrics()
  expect((await metrics.render()).body).not.toContain('process_resident_memory_bytes')
  metrics.addProcessMetrics()
  expect((await metrics.render()).body).toMatch(/^process_resident_memory_bytes \d/m)
})
