import { useEffect, useId, useRef, useState } from 'react'
import type UPlot from 'uplot'
import styles from './chart.module.css'

export type ChartLine = {
  readonly label: string
  /** A token of the design language: `--good`. */
  readonly colour: string
  readonly values: readonly (number | null)[]
  /** Filled down to zero. */
  readonly area?: boolean
}

export type ChartProps = {
  /** What the chart shows, for those who hear it. */
  readonly label: string
  /** Instants as ISO 8601, oldest first. */
  readonly at: readonly string[]
  readonly lines: readonly ChartLine[]
  /** How a value is written: `12 ms`. */
  readonly format?: (value: number) => string
}

const height = 190

const colourOf = (element: Element, token: string): string => getComputedStyle(element).getPropertyValue(token).trim()

/** Resolves a `light-dark()` token, which a canvas does not understand, to the colour it has now. */
const resolved = (element: HTMLElement, token: string): string => {
  const probe = element.ownerDocument.createElement('i')
  probe.style.color = colourOf(element, token)
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const plain = (value: number): string => value.toLocaleString()

const optionsOf = (element: HTMLElement, { lines, format = plain }: ChartProps, width: number): UPlot.Options => {
  const [pale, line] = [resolved(element, '--pale'), resolved(element, '--line')]
  const axis = {
    stroke: pale,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  }
  return {
    width,
    height,
    padding: [12, 8, 0, 0],
    cursor: { y: false, points: { size: 7 } },
    legend: { live: true },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, (most ?? 0) * 1.1)] } },
    axes: [axis, { ...axis, size: 62, values: (_, splits) => splits.map(format) }],
    series: [
      { value: (_, seconds) => (seconds === null ? '' : new Date(seconds * 1000).toLocaleString()) },
      ...lines.map(({ label, colour, area }): UPlot.Series => {
        const stroke = resolved(element, colour)
        return {
          label,
          stroke,
          width: 2,
          // A lone figure between gaps would be no line at all.
          points: area === true ? { show: false } : { size: 6 },
          value: (_, value) => (value === null ? '–' : format(value)),
          ...(area === true && { fill: stroke.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.14)') }),
        }
      }),
    ],
  }
}

const cellOf = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? 'none' : format(value)

/** The same figures as rows, for those who do not see the picture. */
const Rows = ({ label, at, lines, format = plain }: ChartProps) => (
  <table className="visually-hidden">
    <caption>{label}</caption>
    <thead>
      <tr>
        <th scope="col">From</th>
        {lines.map((line) => (
          <th key={line.label} scope="col">
            {line.label}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {at.map((instant, index) => (
        <tr key={instant}>
          <th scope="row">{new Date(instant).toLocaleString()}</th>
          {lines.map(({ label: name, values }) => (
            <td key={name}>{cellOf(values[index], format)}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)

/** Figures over time. The library is loaded with the first chart; until then its place is kept. */
export const Chart = (props: ChartProps) => {
  const { at, lines } = props
  const frame = useRef<HTMLDivElement>(null)
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  const id = useId()
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const change = (): void => setDark(scheme.matches)
    scheme.addEventListener('change', change)
    return () => scheme.removeEventListener('change', change)
  }, [])
  useEffect(() => {
    const element = frame.current
    if (!element) return undefined
    let chart: UPlot | undefined
    let gone = false
    const observer = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height }))
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(([{ default: UPlotChart }]) => {
      if (gone) return
      const data: UPlot.AlignedData = [
        at.map((instant) => Date.parse(instant) / 1000),
        ...lines.map(({ values }) => [...values]),
      ]
      chart = new UPlotChart(optionsOf(element, props, element.clientWidth), data, element)
      observer.observe(element)
    })
    return () => {
      gone = true
      observer.disconnect()
      chart?.destroy()
    }
    // `props` is new with every render; what it draws changes with these alone, its colours with the scheme.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [at, lines, dark])
  return (
    <figure className={styles['chart']} aria-labelledby={id}>
      <figcaption id={id} className="visually-hidden">
        {props.label}
      </figcaption>
      <div ref={frame} aria-hidden="true" className={styles['frame']} />
      <Rows {...props} />
    </figure>
  )
}
