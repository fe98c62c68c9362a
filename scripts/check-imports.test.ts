import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkImports, readSources } from './check-imports.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('the plan of imports', () => {
  it('holds in this house', () => {
    const sources = readSources(root)
    expect(sources.length).toBeGreaterThan(20)
    expect(checkImports(sources)).toEqual([])
  })

  it.each([
    ['upwards', 'src/domain/planted.ts', `import { listen } from '../http/listen.ts'`, /upwards/],
    ['sideways', 'src/images/planted.ts', `import type { Worker } from '../webhooks/worker.ts'`, /sideways/],
    [
      'out of the house',
      'src/store/planted.ts',
      `export { x } from '../../test/ground/drivers.ts'`,
      /outside the house/,
    ],
    ['dynamically upwards', 'src/store/planted.ts', `const late = await import('../http/app.ts')`, /upwards/],
    ['to a package of another room', 'src/images/planted.ts', `import sharp from 'sharp'`, /only src\/pixels/],
    ['from the receiver to a package', 'receiver/src/planted.ts', `import pad from 'left-pad'`, /no dependencies/],
  ])('finds an import that runs %s', (_, path, text, problem) => {
    const planted = [...readSources(root), { path, text: `// a comment\n${text}\n` }]
    expect(checkImports(planted)).toEqual([expect.stringMatching(problem)])
  })

  it('finds a circle, however long', () => {
    const planted = ['a', 'b', 'c'].map((name, index) => ({
      path: `src/domain/${name}.ts`,
      text: `import { x } from './${['b', 'c', 'a'][index]}.ts'`,
    }))
    expect(checkImports(planted)).toEqual([
      'Imports run in a circle: src/domain/a.ts → src/domain/b.ts → src/domain/c.ts → src/domain/a.ts.',
    ])
  })
})
