import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { Page } from '../../parts/page.tsx'
import { Cell, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useAccountPath, useSession } from '../../session/session-context.ts'
import { WriteButton } from '../../session/write-button.tsx'
import styles from './tokens.module.css'

type Token = CallResult<'getTokens'>['tokens'][number]

const tokensKey = ['tokens'] as const

const permissions = [
  ['Images Write', 'Reads and changes'],
  ['Images Read', 'Only reads'],
] as const

const columns = [
  'Name',
  { title: 'Permission', is: 'second' },
  'State',
  { title: 'Last used', is: 'second' },
  { title: 'Created', is: 'second' },
  { title: 'Actions', is: 'actions' },
] as const

const Row = ({ token, onRevoke }: { readonly token: Token; readonly onRevoke: () => void }) => (
  <tr>
    <Cell className={styles['name']}>{token.name}</Cell>
    <Cell is="second">{token.permission}</Cell>
    <Cell>
      <Badge tone={token.status === 'active' ? 'good' : 'plain'}>{token.status}</Badge>
    </Cell>
    <Cell is="second">{token.last_used_on === null ? 'never' : <Time at={token.last_used_on} />}</Cell>
    <Cell is="second">
      <Time at={token.issued_on} />
    </Cell>
    <Cell is="actions">
      {token.status === 'active' && (
        <WriteButton look="danger" aria-label={`Revoke ${token.name}`} onClick={onRevoke}>
          Revoke…
        </WriteButton>
      )}
    </Cell>
  </tr>
)

type AddTokenProps = { readonly onClose: () => void; readonly onMade: (value: string | undefined) => void }

const AddToken = ({ onClose, onMade }: AddTokenProps) => {
  const api = useApi()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [permission, setPermission] = useState<Token['permission']>('Images Write')
  const add = useMutation({
    mutationFn: () => api('postTokens', { body: { name: name.trim(), permission } }),
    onSuccess: ({ value }) => {
      onMade(value)
      return queries.invalidateQueries({ queryKey: tokensKey })
    },
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    add.mutate()
  }
  return (
    <Dialog open onClose={onClose} title="Create an API token">
      <form className={styles['form']} onSubmit={submit}>
        <Field label="Name" error={add.error?.message} hint="Who will use it: so that you know it again.">
          <input
            value={name}
            onChange={(event) => {
              setName(event.target.value)
              add.reset()
            }}
          />
        </Field>
        <Choice label="Permission" options={permissions} chosen={permission} onChange={setPermission} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={add.isPending} disabled={name.trim() === ''}>
            Create
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

const RevokeToken = ({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) => {
  const api = useApi()
  const queries = useQueryClient()
  const session = useSession()
  const revoke = useMutation({
    mutationFn: () => api('deleteTokensTokenId', { path: { token_id: token.id } }),
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: tokensKey })
    },
  })
  return (
    <Dialog open onClose={onClose} title="Revoke this API token?">
      <p>
        What uses <b>{token.name}</b> is refused from now on, and everybody who signed in here with it is signed out.
        This cannot be undone.
      </p>
      {token.name === session.token_name && <p>You are signed in with a token of this name.</p>}
      {revoke.isError && <Failure error={revoke.error} />}
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke
        </Button>
      </DialogActions>
    </Dialog>
  )
}

const TokenShown = ({ value, onClose }: { readonly value: string; readonly onClose: () => void }) => {
  const path = useAccountPath()
  return (
    <Dialog open onClose={onClose} title="The new API token" mustAnswer>
      <p>This is the only time it is shown. Whoever holds it acts for this account.</p>
      <Code label="API token" text={value} />
      <p>To try it:</p>
      <Code
        label="A curl command that uses it"
        text={`curl ${location.origin}${path}/images/v1/stats \\\n  -H 'Authorization: Bearer ${value}'`}
      />
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** Settings → API tokens: who may speak for the account. */
export const Tokens = () => {
  const api = useApi()
  const tokens = useQuery({ queryKey: tokensKey, queryFn: ({ signal }) => api('getTokens', { signal }) })
  const [adding, setAdding] = useState(false)
  const [value, setValue] = useState<string>()
  const [revoking, setRevoking] = useState<Token>()
  return (
    <Page
      title="API tokens"
      lead="Programs, and people who sign in here, speak for the account by one of them."
      actions={
        <WriteButton look="primary" onClick={() => setAdding(true)}>
          Create token
        </WriteButton>
      }
    >
      <Card flush>
        {tokens.isPending && <Waiting rows={3} />}
        {tokens.isError && <Failure error={tokens.error} retry={() => void tokens.refetch()} />}
        {tokens.data && (
          <Table label="API tokens" columns={columns}>
            {tokens.data.tokens.map((token) => (
              <Row key={token.id} token={token} onRevoke={() => setRevoking(token)} />
            ))}
          </Table>
        )}
      </Card>
      {adding && (
        <AddToken
          onClose={() => setAdding(false)}
          onMade={(made) => {
            setAdding(false)
            setValue(made)
          }}
        />
      )}
      {value !== undefined && <TokenShown value={value} onClose={() => setValue(undefined)} />}
      {revoking && <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />}
    </Page>
  )
}
