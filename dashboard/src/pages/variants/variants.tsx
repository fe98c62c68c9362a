import { useState } from 'react'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Cell, Table } from '../../parts/table.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import { VariantForm } from './variant-form.tsx'
import { useVariantChange, useVariants, type Variant } from './variants-api.ts'
import styles from './variants.module.css'

const boxOf = ({ options: { width, height } }: Variant): string =>
  width === undefined && height === undefined ? 'as the original' : `${width ?? 'any'} × ${height ?? 'any'}`

const columns = [
  'Name',
  'Fit',
  'Width × height',
  { title: 'Embedded data that stays', is: 'second' },
  { title: 'Access', is: 'second' },
  { title: 'Actions', is: 'actions' },
] as const

/** What of the data embedded in a picture stays, in a few words. */
const kept: Readonly<Record<string, string>> = { none: 'nothing', copyright: 'copyright', keep: 'everything' }

type RowProps = { readonly variant: Variant; readonly onEdit: () => void; readonly onRemove: () => void }

const Row = ({ variant, onEdit, onRemove }: RowProps) => (
  <tr>
    <Cell className={styles['name']}>
      <code>{variant.id}</code>
      {variant.id === 'public' && <small>every account has it</small>}
    </Cell>
    <Cell>{variant.options.fit}</Cell>
    <Cell>{boxOf(variant)}</Cell>
    <Cell is="second">{kept[variant.options.metadata] ?? variant.options.metadata}</Cell>
    <Cell is="second">{variant.neverRequireSignedURLs && <Badge tone="warn">shows private images</Badge>}</Cell>
    <Cell is="actions">
      <WriteButton onClick={onEdit} aria-label={`Edit ${variant.id}`}>
        Edit…
      </WriteButton>
      {variant.id !== 'public' && (
        <WriteButton look="danger" onClick={onRemove} aria-label={`Delete ${variant.id}`}>
          Delete…
        </WriteButton>
      )}
    </Cell>
  </tr>
)

const RemoveVariant = ({ variant, onClose }: { readonly variant: Variant; readonly onClose: () => void }) => {
  const remove = useVariantChange((api, id: string) =>
    api('deleteImagesV1VariantsVariantId', { path: { variant_id: id } }),
  )
  return (
    <Dialog open onClose={onClose} title="Delete this variant?">
      <p>
        Every URL that ends with <code>/{variant.id}</code> answers 404 from now on. The images themselves stay.
      </p>
      {remove.isError && <Failure error={remove.error} />}
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate(variant.id, { onSuccess: onClose })}>
          Delete
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** The variants of the account, and what each does to an image before it is saved. */
export const Variants = () => {
  const variants = useVariants()
  const [edited, setEdited] = useState<Variant | 'new' | undefined>(() =>
    // Who comes from an image wants to see it.
    new URLSearchParams(location.search).has('image') ? 'new' : undefined,
  )
  const [removing, setRemoving] = useState<Variant>()
  const editing = edited === 'new' ? undefined : edited
  return (
    <Page
      title="Variants"
      lead="The sizes in which every image is served, each by a name at the end of its URL."
      actions={
        <WriteButton look="primary" onClick={() => setEdited('new')}>
          Add variant
        </WriteButton>
      }
    >
      {edited !== undefined && (
        <Card title={editing ? `Edit ${editing.id}` : 'New variant'}>
          <VariantForm key={editing?.id ?? ''} variant={editing} onDone={() => setEdited(undefined)} />
        </Card>
      )}
      <Card flush>
        {variants.isPending && <Waiting rows={4} />}
        {variants.isError && <Failure error={variants.error} retry={() => void variants.refetch()} />}
        {variants.data && (
          <Table label="Variants" columns={columns}>
            {variants.data.map((variant) => (
              <Row
                key={variant.id}
                variant={variant}
                onEdit={() => {
                  setEdited(variant)
                  scrollTo({ top: 0 })
                }}
                onRemove={() => setRemoving(variant)}
              />
            ))}
          </Table>
        )}
      </Card>
      {removing && <RemoveVariant variant={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  )
}
