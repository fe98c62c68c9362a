import { useEffect, useState } from 'react'

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** `3 minutes ago`, `in 2 hours`. */
export const ago = (instant: string, now: number): string => {
  const distance = Date.parse(instant) - now
  const [unit, size] = units.find(([, ms]) => Math.abs(distance) >= ms) ?? (['second', 1000] as const)
  return relative.format(Math.trunc(distance / size), unit)
}

/** The present, looked at every ten seconds. */
const useNow = (): number => {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** An instant as people say it; the exact local time on hover and for screen readers. */
export const Time = ({ at }: { readonly at: string }) => {
  const now = useNow()
  return (
    <time dateTime={at} title={`${exact.format(new Date(at))} (${at})`}>
      {ago(at, now)}
    </time>
  )
}

/** When something is due: `in 2 minutes`; what is due already waits for its turn. */
export const Due = ({ at }: { readonly at: string }) => (Date.parse(at) <= useNow() ? <>due now</> : <Time at={at} />)
