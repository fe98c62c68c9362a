import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The values of a metric's labels. Few and known beforehand: each combination is a series of its own. */
export type Labels<Name extends string> = Readonly<Record<Name, string>>

/**
 * Where the rooms keep count. Names follow Prometheus: `imagehooks_…_total` for counters, `…_seconds` and `…_bytes` for
 * units. A name can be taken once; taking it again throws.
 */
export type Metrics = {
  /** A number that only rises. `add` raises it by one, or by `amount`. */
  counter<Name extends string = never>(
    name: string,
    help: string,
    labelNames?: readonly Name[],
  ): { add(labels: Labels<Name>, amount?: number): void }
  /** How values are spread: `buckets` are upper bounds, ascending. */
  histogram<Name extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames?: readonly Name[],
  ): { observe(labels: Labels<Name>, value: number): void }
  /** A number that goes up and down, read whenever somebody asks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  /** The same with one label: a number for each of its values. */
  gauges(
    name: string,
    help: string,
    labelName: string,
    read: () => Promise<ReadonlyMap<string, number>> | ReadonlyMap<string, number>,
  ): void
  /** Adds those of the process: memory, CPU, event loop, garbage collection. Once, in a process that stays. */
  addProcessMetrics(): void
  /** Everything, as Prometheus reads it, and the content type of that. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>
}

/** Upper bounds in seconds for times from a cache hit to an attempt's longest. */
export const secondsBuckets: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30]

/** Metrics of their own, so that two servers in one process do not mix. */
export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  return {
    counter(name, help, labelNames = []) {
      const counter = new Counter({ name, help, labelNames, registers })
      return { add: (labels, amount = 1) => counter.inc(labels, amount) }
    },
    histogram(name, help, buckets, labelNames = []) {
      const histogram = new Histogram({ name, help, buckets: [...buckets], labelNames, registers })
      return { observe: (labels, value) => histogram.observe(labels, value) }
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({ name, help, registers, collect: async () => gauge.set(await read()) })
    },
    gauges(name, help, labelName, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        labelNames: [labelName],
        registers,
        collect: async () => {
          for (const [value, count] of await read()) gauge.set({ [labelName]: value }, count)
        },
      })
    },
    addProcessMetrics: () => collectDefaultMetrics({ register: registry }),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}
