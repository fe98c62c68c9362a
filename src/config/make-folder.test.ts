import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { ConfigError } from './config-error.ts'
import { makeFolder } from './make-folder.ts'

const problemOf = (folder: string): unknown => {
  try {
    makeFolder(folder)
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return error instanceof Error ? error.message : error
  }
}

test('all levels are made, for their owner alone; doing it again changes nothing', () => {
  const root = temporaryFolder()
  const folder = join(root, 'a/b/c')
  makeFolder(folder)
  makeFolder(folder)
  const rights = ['a', 'a/b', 'a/b/c'].map((name) => statSync(join(root, name)).mode & 0o777)
  expect(process.platform === 'win32' || rights.every((mode) => mode === 0o700)).toBe(true)
})

test('a link to a folder is a folder', () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'real'))
  symlinkSync(join(root, 'real'), join(root, 'link'), 'junction')
  makeFolder(join(root, 'link/inner'))
  expect(statSync(join(root, 'real/inner')).isDirectory()).toBe(true)
})

test('a file in the place or in the way is named in one sentence', () => {
  const file = join(temporaryFolder(), 'taken')
  writeFileSync(file, '')
  expect(problemOf(file)).toBe(`${file} is a file, not a folder; choose another with --data-dir.`)
  expect(problemOf(join(file, 'a/b'))).toBe(
    `The folder ${join(file, 'a/b')} cannot be made, since ${file} is a file; choose another with --data-dir.`,
  )
})

test('a link that leads nowhere is told, not waited for', () => {
  const link = join(temporaryFolder(), 'link')
  symlinkSync(join(link, 'nowhere'), link)
  expect(problemOf(link)).toMatch(/^The folder .* cannot be used: .*; choose another with --data-dir\.$/)
})
