import { systemClock } from '../../../domain/clock.ts'
import { clientAt } from '../../api-options.ts'
import { asMisread } from '../../legible.ts'
import { readEventTypes } from '../../read-flags.ts'
import type { ServerAccess } from '../../server-access.ts'
import { createActivity } from '../activity.ts'
import { showReport, type ReportOptions } from '../show-report.ts'
import { judgeServer } from './judge-server.ts'
import { readServerFacts } from './server-facts.ts'

export type DoctorServerOptions = ReportOptions & { readonly events: string }

/** `imagehooks doctor server`. */
export const doctorServer = async (access: ServerAccess, options: DoctorServerOptions): Promise<void> => {
  const wanted = readEventTypes(options.events)
  const activity = createActivity(process.stderr)
  try {
    const facts = await readServerFacts({
      server: new URL(access.server),
      wanted,
      client: clientAt(access),
      fetch: (request) => fetch(request),
      clock: systemClock,
      tell: activity.tell,
    })
    activity.end()
    showReport(judgeServer(facts), options)
  } catch (error) {
    throw asMisread(error, access.server)
  } finally {
    activity.end()
  }
}
