import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMasterKey, type MasterKey } from '../src/config/secrets.ts'
import { buildConfig, type Config } from '../src/config/config.ts'
import { benchAccount } from './backlog.ts'

/** Processes of one run share a key that everybody may know. */
export const benchMasterKey: MasterKey = createMasterKey(new Uint8Array(32).fill(7))

/** An empty folder. */
export const benchFolder = (): string => mkdtempSync(join(tmpdir(), 'imagehooks-bench-'))

/** The roles in a text such as `api,worker`. */
export const rolesOf = (text: string): Config['roles'] =>
  new Set((['api', 'worker'] as const).filter((role) => text.split(',').includes(role)))

/** A node on a shared database, with the given roles. */
export const sharedConfig = (databaseUrl: string, dataFolder: string, roles: Config['roles']): Config => ({
  ...buildConfig('dev', {}, dataFolder),
  dataFolder,
  port: 0,
  database: { kind: 'postgres', url: databaseUrl },
  masterKeys: [benchMasterKey],
  bootstrap: benchAccount,
  roles,
})
