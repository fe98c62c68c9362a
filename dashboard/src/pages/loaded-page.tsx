import { useEffect, useState, type ComponentType } from 'react'
import { Failure } from '../parts/failure.tsx'
import { Waiting } from '../parts/waiting.tsx'

/**
 * A page whose code is loaded when it is first shown, and drawn as soon as it is there. `lazy` of React would keep it back
 * until 300 ms after the page had shown that it waits.
 */
export const loadedPage = (load: () => Promise<ComponentType>): ComponentType => {
  let known: ComponentType | undefined
  return function LoadedPage() {
    const [Page, setPage] = useState<ComponentType | undefined>(() => known)
    const [error, setError] = useState<unknown>()
    useEffect(() => {
      if (Page) return
      load().then(
        (loaded) => {
          known = loaded
          setPage(() => loaded)
        },
        (failure: unknown) => setError(failure),
      )
    }, [Page])
    if (error !== undefined)
      return <Failure error={new Error('This page could not be loaded.')} retry={() => location.reload()} />
    return Page ? <Page /> : <Waiting page />
  }
}
