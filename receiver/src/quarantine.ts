/** @module What was rightly signed but could not be handled: kept, looked at, mended, sent again. */
export {
  createQuarantine,
  type KeptQuarantined,
  type Quarantine,
  type Quarantined,
  type QuarantinePage,
  toQuarantine,
} from './quarantine/quarantine.ts'
export type { QuarantineHook } from './pipeline/arrival.ts'
export type { SqlDatabase } from './sql/database.ts'
