import { Link } from 'wouter'
import { Empty } from '../parts/empty.tsx'
import { Page } from '../parts/page.tsx'

/** What an address shows that no page has. */
export const NotFound = () => (
  <Page title="Nothing here">
    <Empty title="No page stands at this address.">
      <Link href="/">Go to the overview</Link>
    </Empty>
  </Page>
)
