import { useState } from 'react'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { VariantForm } from './variant-form.tsx'
import { useVariantChange, useVariants, type Variant } from './variants-api.ts'
import styles from './variants.module.css'

const boxOf = ({ options: { width, height } }: Variant): string =>
  width === undefined && height === undefined ? 'as the original' : `${width ?? 'any'} × ${height ?? 'any'}`

type RowProps = { readonly variant: Variant; readonly onEdit: () => void; readonly onRemove: () => void }

const Row = ({ variant, onEdit, onRemove }: RowProps) => (
  <tr>
    <td className={styles['name']}>{variant.id}</td>
    <td>{variant.options.fit}</td>
    <td>{boxOf(variant)}</td>
    <td>{variant.options.metadata}</td>
    <td>{variant.neverRequireSignedURLs && <Badge tone="warn">shows private images</Badge>}</td>
    <td className={styles['actions']}>
      <Button onClick={onEdit} aria-label={`Edit ${variant.id}`}>
        Edit…
      </Button>
      {variant.id === 'public' ? (
        <small>every account has it</small>
      ) : (
        <Button look="danger" onClick={onRemove} aria-label={`Delete ${variant.id}`}>
          Delete…
        </Button>
      )}
    </td>
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
        <Button look="primary" onClick={() => setEdited('new')}>
          Add variant
        </Button>
      }
    >
      {edited !== undefined && (
        <Card title={editing ? `Edit ${editing.id}` : 'New variant'}>
          <VariantForm key={editing?.id ?? ''} variant={editing} onDone={() => setEdited(undefined)} />
        </Card>
      )}
      <Card flush>
        {variants.isPending && <Waiting lines={4} />}
        {variants.isError && <Failure error={variants.error} retry={() => void variants.refetch()} />}
        {variants.data && (
          <Table label="Variants" head={['Name', 'Fit', 'Width × height', 'Embedded data', 'Access', 'Actions']}>
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
