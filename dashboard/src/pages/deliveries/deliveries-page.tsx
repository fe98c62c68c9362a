import { Page } from '../../parts/page.tsx'
import { Deliveries } from './deliveries.tsx'

/** Every delivery of the account, whichever webhook it is for. */
export const DeliveriesPage = () => (
  <Page title="Deliveries" lead="One event on its way to one webhook, with every attempt that was made.">
    <Deliveries title="Newest first" />
  </Page>
)
