import type { Storage } from '../config/config.ts'
import { systemClock } from '../domain/clock.ts'
import { createLog } from '../telemetry/log.ts'

/** `imagehooks migrate`: says what was applied. Any number may run at once; one does the work and the others wait. */
export const migrate = async (storage: Storage): Promise<void> => {
  const { migrateDatabase } = await import('../compose/tools.ts')
  const applied = await migrateDatabase(storage, { log: createLog({ clock: systemClock, level: 'warn' }) })
  for (const name of applied) console.log(`applied ${name}`)
  if (applied.length === 0) console.log('The schema is up to date.')
}
