import { useSyncExternalStore } from 'react'

const scheme = matchMedia('(prefers-color-scheme: dark)')

const subscribe = (listener: () => void): (() => void) => {
  scheme.addEventListener('change', listener)
  return () => scheme.removeEventListener('change', listener)
}

/** Whether the page is dark now, for what is drawn and not styled. */
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, () => scheme.matches)
