import styles from './select.module.css'

export type SelectProps<Option extends string> = {
  readonly label: string
  readonly options: readonly (readonly [value: Option, words: string])[]
  readonly chosen: Option
  readonly onChange: (chosen: Option) => void
}

/** One of several, folded up; its label is only heard, so its words have to say what they choose. */
export const Select = <Option extends string>({ label, options, chosen, onChange }: SelectProps<Option>) => (
  <select
    className={styles['select']}
    aria-label={label}
    value={chosen}
    data-set={chosen === '' ? undefined : true}
    onChange={(event) => {
      const option = options.find(([value]) => value === event.target.value)
      if (option) onChange(option[0])
    }}
  >
    {options.map(([value, words]) => (
      <option key={value} value={value}>
        {words}
      </option>
    ))}
  </select>
)
