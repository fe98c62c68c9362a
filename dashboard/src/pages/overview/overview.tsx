import { Page } from '../../parts/page.tsx'
import { useSession } from '../../session/session-context.ts'

/** What happens, and what needs attention. */
export const Overview = () => (
  <Page title="Overview" lead={useSession().account_name}>
    {null}
  </Page>
)
