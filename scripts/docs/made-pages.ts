import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../../src/compose/compose.ts'
import { buildConfig } from '../../src/config/config.ts'
import { systemClock } from '../../src/domain/clock.ts'
import type { OpenApi } from '../../src/http/openapi.ts'
import { referenceOf } from '../../src/http/reference-model.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { apiReference } from './api-reference.ts'
import { apiTypes } from './api-types.ts'
import { compatibilityPage } from './compatibility.ts'
import { errorsPage } from './errors.ts'

/** The document as a whole server answers it. */
const readDocument = async (): Promise<OpenApi> => {
  const folder = mkdtempSync(join(tmpdir(), 'imagehooks-docs-'))
  const server = await compose(buildConfig('dev', {}, folder), {
    log: createLog({ clock: systemClock, level: 'error' }),
  })
  try {
    return await (await server.fetch(new Request('http://localhost/openapi.json'))).json()
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

/** The files that are made from the code: their paths from the root, and their text. */
export const madePages = async (root: string): Promise<readonly (readonly [string, string])[]> => {
  const document = await readDocument()
  return [
    ['docs/api-reference.md', apiReference(referenceOf(document))],
    ['src/client/api-types.ts', apiTypes(document)],
    ['docs/errors.md', errorsPage()],
    ['docs/compatibility.md', compatibilityPage(root)],
  ]
}
