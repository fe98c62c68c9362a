import { useId } from 'react'
import styles from './choice.module.css'

export type ChoiceProps<Option extends string> = {
  readonly label: string
  readonly options: readonly (readonly [value: Option, words: string])[]
  readonly chosen: Option
  readonly onChange: (chosen: Option) => void
}

/** One of a few, all of them in sight. */
export const Choice = <Option extends string>({ label, options, chosen, onChange }: ChoiceProps<Option>) => {
  const name = useId()
  return (
    <fieldset className={styles['choice']}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(([value, words]) => (
        <label key={value}>
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChange(value)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  )
}
