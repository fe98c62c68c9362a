import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'
import { makeTemplate, type PostgresTemplate } from './postgres-template.ts'
import { makeRunFolder, sweepRunFolders } from './run-folder.ts'
import { temporaryPrefix } from './temporary.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgres: PostgresTemplate
  }
}

/** One PostgreSQL for the whole run: the one that DATABASE_URL names, or one of our own. */
const providePostgres = async (project: TestProject): Promise<() => Promise<void>> => {
  const given = process.env['DATABASE_URL']
  const own = given === undefined || given === '' ? await startPostgres() : undefined
  try {
    const { remove, ...template } = await makeTemplate(own?.url() ?? given ?? '')
    project.provide('postgres', template)
    return async () => {
      await remove()
      await own?.stop()
    }
  } catch (error) {
    await own?.stop()
    throw error
  }
}

/**
 * Gives this run a temporary folder of its own, so that runs side by side do not see each other, and fails the run when
 * a test left one of its folders behind. What killed runs left behind is removed first. Starts the PostgreSQL that tests share.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build-dashboard.mjs', import.meta.url))])
  const endPostgres = await providePostgres(project)
  sweepRunFolders(tmpdir())
  const root = makeRunFolder(tmpdir())
  const previous = process.env['TMPDIR']
  process.env['TMPDIR'] = root
  return async () => {
    const left = readdirSync(root).filter((name) => name.startsWith(temporaryPrefix))
    rmSync(root, { recursive: true, force: true })
    if (previous === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = previous
    await endPostgres()
    if (left.length > 0) throw new Error(`Tests left temporary folders behind: ${left.join(', ')}`)
  }
}
