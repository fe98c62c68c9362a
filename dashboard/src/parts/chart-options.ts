import type UPlot from 'uplot'

export type ChartSeries = {
  readonly label: string
  /** A token of the design language: `--chart-good`. */
  readonly colour: string
  /** One for each instant; null where there is none. */
  readonly values: readonly (number | null)[]
}

export type ChartLook = {
  /** `bars` stand on each other and count things; `lines` are measures. */
  readonly kind: 'bars' | 'lines'
  /** How a value is written: `12 ms`. */
  readonly format: (value: number) => string
  /** The end of the scale, where the values have one. */
  readonly most?: number | undefined
}

/** Where the pointer is: which instant, and how far from both sides of the picture in pixels. */
export type ChartHover = { readonly index: number; readonly left: number; readonly right: number }

/** Of every chart, without its time axis. */
export const plotHeight = 148

const dayMs = 86_400_000
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const calendar = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })

/** Hours within a day, and the day itself at midnight and where a step is a day. */
const instantLabels = (instants: readonly number[], stepSeconds: number): string[] =>
  instants.map((seconds) => {
    const instant = new Date(seconds * 1000)
    const isMidnight = instant.getHours() === 0 && instant.getMinutes() === 0
    return (stepSeconds * 1000 >= dayMs || isMidnight ? calendar : clock).format(instant)
  })

/** Resolves a token to the colour it has now; a canvas does not understand `light-dark()`. */
const colourOf = (element: HTMLElement, token: string): string => {
  const probe = element.ownerDocument.createElement('i')
  probe.style.color = `var(${token})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Each series on top of those before it. */
const stacked = (series: readonly ChartSeries[]): readonly (number | null)[][] => {
  const sums: number[] = []
  return series.map(({ values }) => values.map((value, index) => (sums[index] = (sums[index] ?? 0) + (value ?? 0))))
}

/** What is drawn: of bars that stand on each other the highest first, so that the lower ones lie before it. */
export const drawnSeries = (look: ChartLook, series: readonly ChartSeries[]): readonly ChartSeries[] => {
  if (look.kind === 'lines') return series
  const sums = stacked(series)
  return series.map((one, index) => ({ ...one, values: sums[index] ?? [] })).toReversed()
}

/** Steps of a scale that counts things: there is no half of one. */
const wholeSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

const widestOf = (labels: readonly string[] | null): number =>
  Math.max(3, ...(labels ?? []).map(({ length }) => length))

export type ChartPlan = {
  readonly element: HTMLElement
  readonly look: ChartLook
  readonly drawn: readonly ChartSeries[]
  /** Seconds between two instants. */
  readonly stepSeconds: number
  readonly bars: UPlot.Series.PathBuilder | undefined
  readonly onHover: (hover: ChartHover | undefined) => void
}

/** How the library has to draw it, in the colours of the page. */
export const chartOptions = ({ element, look, drawn, stepSeconds, bars, onHover }: ChartPlan): UPlot.Options => {
  const [pale, line] = [colourOf(element, '--pale'), colourOf(element, '--line')]
  const isBars = look.kind === 'bars'
  const family = getComputedStyle(element).fontFamily
  const axis = { stroke: pale, ticks: { show: false }, font: `11.5px ${family}` } as const
  const half = stepSeconds / 2
  return {
    width: element.clientWidth,
    height: plotHeight + 30,
    // Room for the half of the last label.
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, show: !isBars } },
    scales: {
      x: { range: (_, from, until) => [from - half, until + half] },
      y: { range: (_, __, highest) => [0, (look.most ?? Math.max(4, highest ?? 0)) * 1.08] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 64,
        values: (_, at, __, ___, step) => instantLabels(at, step),
      },
      {
        ...axis,
        grid: { stroke: line, width: 1 },
        size: (_, labels) => widestOf(labels) * 6.5 + 12,
        space: 32,
        gap: 8,
        values: (_, values) => values.map((value) => look.format(value)),
        ...(isBars && { incrs: wholeSteps }),
      },
    ],
    series: [
      {},
      ...drawn.map(({ label, colour }): UPlot.Series => {
        const stroke = colourOf(element, colour)
        return isBars
          ? { label, fill: stroke, stroke, width: 0, points: { show: false }, ...(bars && { paths: bars }) }
          : // Where nothing was sent nothing was measured; the line goes on to the next figure, and each has its point.
            { label, stroke, width: 1.5, spanGaps: true, points: { show: true, size: 4, fill: stroke } }
      }),
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx, left = -1 }, over, width }) => {
          const inside = over.offsetLeft + left
          onHover(left < 0 || typeof idx !== 'number' ? undefined : { index: idx, left: inside, right: width - inside })
        },
      ],
    },
  }
}
