import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import { ApiError } from '../../api/ask.ts'
import { Button } from '../../parts/button.tsx'
import { Check } from '../../parts/check.tsx'
import { DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { Preview } from './preview.tsx'
import { useVariantChange, type NewVariant, type Variant } from './variants-api.ts'
import styles from './variant-form.module.css'

type Options = NewVariant['options']

const fits = {
  'scale-down': 'inside the box, never enlarged',
  contain: 'inside the box, enlarged if need be',
  cover: 'fills the box, what hangs over is cut off',
  crop: 'cut like cover, never enlarged',
  pad: 'inside the box, the rest is filled up',
} as const

const policies = {
  none: 'nothing',
  copyright: 'artist and copyright',
  keep: 'everything, where it was taken too',
} as const

const chosenOf = <Option extends string>(options: Readonly<Record<Option, string>>, text: string): Option | undefined =>
  Object.keys(options).find((option): option is Option => option === text)

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))

/** Shows only what the preview can draw: a whole number of pixels, or none. */
const sideOf = (text: string): number | undefined => {
  const side = numberOf(text)
  return side !== undefined && Number.isInteger(side) && side > 0 && side <= 100_000 ? side : undefined
}

export type VariantFormProps = {
  /** The one to change; none: a new one. */
  readonly variant?: Variant | undefined
  readonly onDone: () => void
}

/** Adds or changes a variant, beside a picture that shows what its options do. */
export const VariantForm = ({ variant, onDone }: VariantFormProps) => {
  const [draft, setDraft] = useState({
    id: variant?.id ?? '',
    fit: chosenOf(fits, variant?.options.fit ?? '') ?? 'scale-down',
    width: String(variant?.options.width ?? ''),
    height: String(variant?.options.height ?? ''),
    policy: chosenOf(policies, variant?.options.metadata ?? '') ?? 'none',
    ttl: String(variant?.options.browser_ttl ?? ''),
    isOpen: variant?.neverRequireSignedURLs ?? false,
  })
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => void form.current?.querySelector<HTMLElement>('input, select')?.focus(), [])
  const save = useVariantChange((api, options: Options) => {
    const body = { options, neverRequireSignedURLs: draft.isOpen }
    return variant
      ? api('patchImagesV1VariantsVariantId', { path: { variant_id: variant.id }, body })
      : api('postImagesV1Variants', { body: { ...body, id: draft.id } })
  })
  const change = (fields: Partial<typeof draft>): void => {
    setDraft({ ...draft, ...fields })
    save.reset()
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const [width, height, ttl] = [draft.width, draft.height, draft.ttl].map(numberOf)
    save.mutate(
      {
        fit: draft.fit,
        metadata: draft.policy,
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
        ...(ttl !== undefined && { browser_ttl: ttl }),
      },
      { onSuccess: onDone },
    )
  }
  const pointer = save.error instanceof ApiError ? save.error.pointer?.split('/').at(-1) : undefined
  const errorAt = (field: string): string | undefined => (pointer === field ? save.error?.message : undefined)
  const isAtField = ['id', 'width', 'height', 'browser_ttl'].includes(pointer ?? '')
  const [width, height] = [sideOf(draft.width), sideOf(draft.height)]
  return (
    <form ref={form} className={styles['form']} onSubmit={submit} noValidate>
      <div className={styles['fields']}>
        {!variant && (
          <Field label="Name" error={errorAt('id')} hint="It ends every URL of this variant; it cannot be changed.">
            <input
              spellCheck={false}
              placeholder="thumbnail"
              value={draft.id}
              onChange={(event) => change({ id: event.target.value })}
            />
          </Field>
        )}
        <Field label="Fit" hint={fits[draft.fit]}>
          <select
            value={draft.fit}
            onChange={(event) => change({ fit: chosenOf(fits, event.target.value) ?? draft.fit })}
          >
            {Object.keys(fits).map((fit) => (
              <option key={fit}>{fit}</option>
            ))}
          </select>
        </Field>
        <div className={styles['sides']}>
          <Field label="Width" error={errorAt('width')} hint="Pixels; empty: by the height.">
            <input
              inputMode="numeric"
              value={draft.width}
              onChange={(event) => change({ width: event.target.value })}
            />
          </Field>
          <Field label="Height" error={errorAt('height')} hint="Pixels; empty: by the width.">
            <input
              inputMode="numeric"
              value={draft.height}
              onChange={(event) => change({ height: event.target.value })}
            />
          </Field>
        </div>
        <Field label="Embedded data that stays" hint="Pictures of phones tell where they were taken.">
          <select
            value={draft.policy}
            onChange={(event) => change({ policy: chosenOf(policies, event.target.value) ?? draft.policy })}
          >
            {Object.entries(policies).map(([policy, meaning]) => (
              <option key={policy} value={policy}>
                {meaning}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Seconds browsers keep it" error={errorAt('browser_ttl')} hint="Empty: as the account says.">
          <input inputMode="numeric" value={draft.ttl} onChange={(event) => change({ ttl: event.target.value })} />
        </Field>
        <Check
          checked={draft.isOpen}
          onChange={(isOpen) => change({ isOpen })}
          hint="For thumbnails that everybody may see."
        >
          Show private images through it too, without a signature
        </Check>
        {save.isError && !isAtField && <Failure error={save.error} />}
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={draft.id.trim() === ''}>
            {variant ? 'Save' : 'Create variant'}
          </Button>
        </DialogActions>
      </div>
      <Preview fit={draft.fit} box={{ ...(width && { width }), ...(height && { height }) }} />
    </form>
  )
}
