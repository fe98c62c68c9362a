import styles from './waiting.module.css'

/** Holds the place of what is on its way, so that nothing jumps when it comes. `lines` of text high. */
export const Waiting = ({ lines = 3 }: { readonly lines?: number }) => (
  <div className={styles['waiting']} role="status" style={{ minHeight: `${lines * 2}rem` }}>
    <span className="visually-hidden">Loading</span>
    {Array.from({ length: lines }, (_, index) => (
      <i key={index} />
    ))}
  </div>
)
