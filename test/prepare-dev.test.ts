import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './ground/temporary.ts'

test('the example Worker gets a secret of its own, without what the example file says of itself', () => {
  const folder = temporaryFolder()
  for (const name of ['prepare-dev.mjs', '.dev.vars.example'])
    copyFileSync(new URL(`../examples/worker/${name}`, import.meta.url), join(folder, name))
  // Without wrangler on the path it fails after the file is made.
  spawnSync(process.execPath, [join(folder, 'prepare-dev.mjs')], { env: { PATH: folder } })
  expect(readFileSync(join(folder, '.dev.vars'), 'utf8')).toMatch(/^WEBHOOK_SECRET=[\w-]{43}\n$/)
})
