import { useEffect, useId, useRef, useState } from 'react'
import type UPlot from 'uplot'
import {
  chartOptions,
  drawnSeries,
  plotHeight,
  type ChartHover,
  type ChartLook,
  type ChartSeries,
} from './chart-options.ts'
import { useIsDark } from './use-is-dark.ts'
import styles from './chart.module.css'

export type ChartProps = ChartLook & {
  /** What the chart shows, for those who hear it. */
  readonly label: string
  /** Instants as ISO 8601, oldest first, equally far from each other. */
  readonly at: readonly string[]
  readonly series: readonly ChartSeries[]
}

const instant = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const written = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? 'none' : format(value)

/** The same figures as rows, for those who do not see the picture; times in which nothing happened are left out. */
const Rows = ({ label, at, series, format }: ChartProps) => (
  // A table is as large as what is in it, so what hides it stands around it.
  <div className="visually-hidden">
    <table>
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          {series.map((one) => (
            <th key={one.label} scope="col">
              {one.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {at.map(
          (from, index) =>
            series.some(({ values }) => values[index]) && (
              <tr key={from}>
                <th scope="row">{instant.format(new Date(from))}</th>
                {series.map(({ label: name, values }) => (
                  <td key={name}>{written(values[index], format)}</td>
                ))}
              </tr>
            ),
        )}
      </tbody>
    </table>
  </div>
)

/** Between the pointer and what is told of it. */
const tipGap = 14

/** Tells the values at the pointer, on the side where there is more room. */
const Tip = ({ chart, hover }: { readonly chart: ChartProps; readonly hover: ChartHover }) => {
  const from = chart.at[hover.index]
  if (from === undefined) return null
  return (
    <div
      className={styles['tip']}
      style={hover.left < hover.right ? { left: hover.left + tipGap } : { right: hover.right + tipGap }}
    >
      <p>{instant.format(new Date(from))}</p>
      <ul>
        {chart.series.map(({ label, colour, values }) => (
          <li key={label}>
            <i style={{ background: `var(${colour})` }} />
            {label}
            <b>{written(values[hover.index], chart.format)}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Figures over time. The library is loaded with the first chart; until then its place is kept. */
export const Chart = (props: ChartProps) => {
  const { at, series, kind } = props
  const frame = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState<ChartHover>()
  const isDark = useIsDark()
  const id = useId()
  useEffect(() => {
    const element = frame.current
    if (!element || at.length === 0) return undefined
    let chart: UPlot | undefined
    let gone = false
    const observer = new ResizeObserver(() =>
      chart?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(([{ default: Plot }]) => {
      if (gone) return
      const drawn = drawnSeries(props, series)
      const seconds = at.map((from) => Date.parse(from) / 1000)
      const stepSeconds = (seconds[1] ?? 0) - (seconds[0] ?? 0)
      const bars = kind === 'bars' ? Plot.paths.bars?.({ size: [0.72, 40], radius: 0.12 }) : undefined
      const options = chartOptions({ element, look: props, drawn, stepSeconds, bars, onHover: setHover })
      chart = new Plot(options, [seconds, ...drawn.map(({ values }) => [...values])], element)
      observer.observe(element)
    })
    return () => {
      gone = true
      observer.disconnect()
      chart?.destroy()
      setHover(undefined)
    }
    // `props` is new with every render; what is drawn changes with these alone, its colours with the scheme.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [at, series, isDark])
  return (
    <figure className={styles['chart']} aria-labelledby={id}>
      <figcaption id={id} className="visually-hidden">
        {props.label}
      </figcaption>
      <ul className={styles['legend']} aria-hidden="true">
        {series.length > 1 &&
          series.map(({ label, colour }) => (
            <li key={label}>
              <i style={{ background: `var(${colour})` }} />
              {label}
            </li>
          ))}
      </ul>
      <div className={styles['plot']} aria-hidden="true">
        <div ref={frame} style={{ height: plotHeight + 30 }} />
        {hover && <Tip chart={props} hover={hover} />}
      </div>
      <Rows {...props} />
    </figure>
  )
}
