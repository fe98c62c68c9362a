import styles from './waiting.module.css'

export type WaitingProps = {
  /** Rows of a table that are waited for, each as high as a row. */
  readonly rows?: number
  /** A whole page is waited for. It stays empty: it is there before an eye could read that it is not. */
  readonly page?: boolean
}

/** Holds the place of what is on its way, so that nothing jumps when it comes. */
export const Waiting = ({ rows = 3, page = false }: WaitingProps) => (
  <div
    className={page ? styles['page'] : styles['waiting']}
    role="status"
    style={page ? undefined : { minHeight: `${rows * 2.875}rem` }}
  >
    <span className="visually-hidden">Loading</span>
    {!page && Array.from({ length: rows }, (_, index) => <i key={index} />)}
  </div>
)
