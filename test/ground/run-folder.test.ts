import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeRunFolder, sweepRunFolders } from './run-folder.ts'
import { temporaryFolder } from './temporary.ts'

const goneProcess = (): number => spawnSync(process.execPath, ['--version']).pid
const twoHoursAgo = (): number => Date.now() / 1000 - 7200

const folderIn = (parent: string, name: string, seconds: number): string => {
  const path = join(parent, name)
  mkdirSync(join(path, 'inner'), { recursive: true })
  utimesSync(path, seconds, seconds)
  return path
}

test('what a run that was killed left behind is removed once it lay untouched for an hour', () => {
  const parent = temporaryFolder()
  const name = `imagehooks-run-${goneProcess()}-`
  const old = folderIn(parent, `${name}old`, twoHoursAgo())
  const fresh = folderIn(parent, `${name}fresh`, Date.now() / 1000)
  sweepRunFolders(parent)
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true])
})

test('the folder of a run that lives stays, however old, and so does everything else', () => {
  const parent = temporaryFolder()
  const own = makeRunFolder(parent)
  utimesSync(own, twoHoursAgo(), twoHoursAgo())
  const other = folderIn(parent, 'imagehooks-data', twoHoursAgo())
  sweepRunFolders(parent)
  expect([existsSync(own), existsSync(other)]).toEqual([true, true])
})
