import { useEffect, useState } from 'react'
import styles from './drop-zone.module.css'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true

/** Takes files that are dropped anywhere on the page, and says so while they hover. */
export const DropZone = ({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) => {
  const [hovering, setHovering] = useState(false)
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      // Without this the browser would leave the page and open the file.
      event.preventDefault()
      setHovering(true)
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setHovering(false)
    }
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setHovering(false)
      onFiles([...(event.dataTransfer?.files ?? [])])
    }
    const stop = new AbortController()
    const { signal } = stop
    addEventListener('dragover', over, { signal })
    addEventListener('dragleave', leave, { signal })
    addEventListener('drop', drop, { signal })
    return () => stop.abort()
  }, [onFiles])
  return hovering ? (
    <div className={styles['zone']}>
      <p>Drop to upload</p>
    </div>
  ) : null
}
