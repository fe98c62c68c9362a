import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const receiver = fileURLToPath(new URL('..', import.meta.url))
const manifest: { exports: Record<string, string> } = JSON.parse(readFileSync(join(receiver, 'package.json'), 'utf8'))
const doors = Object.entries(manifest.exports).filter(([, path]) => path.endsWith('.ts'))

type Export = { name: string; path: string }

/** What a module hands out: its own declarations, and those of others that it names. */
const exportsOf = (path: string): Export[] => {
  const text = readFileSync(path, 'utf8')
  const own = [...text.matchAll(/^export (?:const|type|class|function) (\w+)/gm)].map(([, name = '']) => ({
    name,
    path,
  }))
  const others = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm)].flatMap(
    ([, names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.trim().replace('type ', ''))
        .filter(Boolean)
        .map((name) => ({ name, path: join(path, '..', from) })),
  )
  return [...own, ...others]
}

const isDocumented = ({ name, path }: Export): boolean =>
  new RegExp(`\\*/\\nexport (?:const|type|class|function) ${name}\\b`).test(readFileSync(path, 'utf8'))

describe.each(doors)('the door %s', (_door, source) => {
  const path = join(receiver, source)

  test('says what it is for, and of everything it hands out what that is', () => {
    const all = exportsOf(path)
    expect(all.length).toBeGreaterThan(0)
    expect(readFileSync(path, 'utf8')).toMatch(/^\/\*\* @module .+\*\/$/m)
    expect(all.filter((one) => !isDocumented(one)).map(({ name }) => name)).toEqual([])
  })
})

test('every option of a receiver says what it is and, where it may be left out, what it is then', () => {
  const text = readFileSync(join(receiver, 'src/pipeline/options.ts'), 'utf8')
  const [, body = ''] = /export type ReceiverOptions.*?= \{\n(.*?)\n\}/s.exec(text) ?? []
  const options = [...body.matchAll(/\/\*\*(.*?)\*\/\n {2}(\w+)(\??):/gs)]
  expect(options.map(([, , name]) => name)).toEqual([...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name))
  const silent = options.filter(([, says = '', name = '', mark]) => mark && !/Default|Asked|Gets/.test(says) && name)
  expect(silent.map(([, , name]) => name)).toEqual([])
})

test('the README names nothing that is not there', async () => {
  const text = readFileSync(join(receiver, 'README.md'), 'utf8')
  const imports = [...text.matchAll(/import \{([^}]+)\} from '@imagehooks\/receiver([^']*)'/g)]
  expect(imports.length).toBeGreaterThan(5)
  for (const [line, names = '', door = ''] of imports) {
    const path = manifest.exports[`.${door}`]
    expect(path, line).toBeDefined()
    const known = new Set(exportsOf(join(receiver, path ?? '')).map(({ name }) => name))
    const wanted = names.split(',').map((name) => name.trim().replace('type ', ''))
    expect(wanted.filter((name) => !known.has(name))).toEqual([])
  }
})

test('the README tells of every option, every answer and every door', async () => {
  const text = readFileSync(join(receiver, 'README.md'), 'utf8')
  const options = readFileSync(join(receiver, 'src/pipeline/options.ts'), 'utf8')
  const [, body = ''] = /export type ReceiverOptions.*?= \{\n(.*?)\n\}/s.exec(options) ?? []
  const { outcomeStatuses } = await import('./index.ts')
  const words = [
    ...[...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name = '']) => name),
    ...Object.keys(outcomeStatuses),
  ]
  expect(words.filter((word) => !text.includes(`\`${word}\``) && !text.includes(`${word}\``))).toEqual([])
  const named = Object.keys(manifest.exports).map((door) => door.slice(2))
  expect(named.filter((door) => door && !text.includes(`/${door}\``) && !text.includes(`/${door}'`))).toEqual([])
})
