import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/use-api.ts'
import styles from './sparkline.module.css'

const width = 120
const height = 28

/** An endpoint's last day in one line of bars: attempts by the hour, failed ones in red on top. */
export const Sparkline = ({ id }: { readonly id: string }) => {
  const api = useApi()
  const stats = useQuery({
    queryKey: ['webhooks', id, 'stats', '24h'],
    queryFn: ({ signal }) => api('getImagesV1WebhooksIdStats', { path: { id }, query: { window: '24h' }, signal }),
    staleTime: 60_000,
  })
  const series = stats.data?.series ?? []
  const most = Math.max(1, ...series.map(({ attempts }) => attempts))
  const totals = stats.data?.totals
  const words = totals ? `${totals.attempts} attempts in a day, ${totals.attempts_failed} failed` : 'No figures yet'
  const step = width / Math.max(1, series.length)
  return (
    <svg
      className={styles['line']}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className={styles['ground'] ?? ''} />
      {series.map(({ at, attempts, attempts_failed: failed }, index) => {
        const [all, bad] = [(attempts / most) * (height - 2), (failed / most) * (height - 2)]
        return (
          <g key={at}>
            <rect
              x={index * step}
              width={Math.max(1, step - 1)}
              y={height - all}
              height={all - bad}
              className={styles['good'] ?? ''}
            />
            <rect
              x={index * step}
              width={Math.max(1, step - 1)}
              y={height - bad}
              height={bad}
              className={styles['bad'] ?? ''}
            />
          </g>
        )
      })}
    </svg>
  )
}
