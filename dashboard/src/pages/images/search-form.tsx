import { useState, type SubmitEvent } from 'react'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { searches, type ImageSearch } from './image-search.ts'
import styles from './search-form.module.css'

const fieldNames = /^\w{1,100}(\.\w{1,100}){0,4}$/

const placeholders: Readonly<Record<ImageSearch['by'], string>> = {
  id: 'The whole id',
  creator: 'The whole creator',
  meta: 'Value',
}

export type SearchFormProps = { readonly search: ImageSearch; readonly onSearch: (next: ImageSearch) => void }

/** Asks what to search for. Searching for nothing shows all images. */
export const SearchForm = ({ search, onSearch }: SearchFormProps) => {
  const [draft, setDraft] = useState(search)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    onSearch({ ...draft, text: draft.text.trim() })
  }
  const fieldIsWrong = draft.by === 'meta' && draft.field !== '' && !fieldNames.test(draft.field)
  return (
    <search>
      <form className={styles['form']} onSubmit={submit}>
        <Choice
          label="Search by"
          options={searches}
          chosen={draft.by}
          onChange={(by) => setDraft({ ...draft, by, text: '' })}
        />
        {draft.by === 'meta' && (
          <input
            className={styles['field']}
            aria-label="Field of the metadata"
            aria-invalid={fieldIsWrong}
            placeholder="album.name"
            required
            spellCheck={false}
            value={draft.field}
            onChange={(event) => setDraft({ ...draft, field: event.target.value.trim() })}
          />
        )}
        <input
          className={styles['text']}
          type="search"
          aria-label="Search for"
          placeholder={placeholders[draft.by]}
          spellCheck={false}
          value={draft.text}
          onChange={(event) => setDraft({ ...draft, text: event.target.value })}
        />
        <Button type="submit" disabled={fieldIsWrong}>
          Search
        </Button>
        {search.text !== '' && (
          <Button
            look="quiet"
            onClick={() => {
              setDraft({ ...draft, text: '' })
              onSearch({ ...draft, text: '' })
            }}
          >
            Show all
          </Button>
        )}
      </form>
    </search>
  )
}
