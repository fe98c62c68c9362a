import { useSyncExternalStore } from 'react'

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** `3 minutes ago`, `in 2 hours`; `just now` within the last minute. */
const ago = (instant: string): string => {
  const distance = Date.parse(instant) - Date.now()
  if (distance <= 0 && distance > -60_000) return 'just now'
  const [unit, size] = units.find(([, ms]) => Math.abs(distance) >= ms) ?? (['second', 1000] as const)
  return relative.format(Math.trunc(distance / size), unit)
}

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all times on the page; what reads the same as before is not drawn again. */
const everySecond = (listener: () => void): (() => void) => {
  listeners.add(listener)
  timer ??= setInterval(() => {
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The exact local time and the one that the API says. */
const titleOf = (at: string): string => `${exact.format(new Date(at))} (${at})`

/** An instant as people say it; the exact local time on hover. */
export const Time = ({ at }: { readonly at: string }) => {
  const words = useSyncExternalStore(everySecond, () => ago(at))
  return (
    <time dateTime={at} title={titleOf(at)}>
      {words}
    </time>
  )
}

/** When something is due: `in 2 minutes`; what is due already waits for its turn. */
export const Due = ({ at }: { readonly at: string }) => {
  const isDue = useSyncExternalStore(everySecond, () => Date.parse(at) <= Date.now())
  return isDue ? (
    <time dateTime={at} title={titleOf(at)}>
      due now
    </time>
  ) : (
    <Time at={at} />
  )
}

/** An instant by the local clock and calendar: `Nov 24, 2026, 7:14:38 PM`. */
export const LocalTime = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={at}>
    {exact.format(new Date(at))}
  </time>
)
