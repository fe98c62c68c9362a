import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cell, table } from './markdown.ts'

const statuses = ['same', 'same by best knowledge', 'better', 'not offered'] as const

type Row = Readonly<Record<'area' | 'what' | 'status' | 'note' | 'test', string>>

const isRow = (value: unknown): value is Row => {
  if (typeof value !== 'object' || value === null) return false
  const fields: Record<string, unknown> = { ...value }
  return (
    ['area', 'what', 'note', 'test'].every((name) => typeof fields[name] === 'string') &&
    statuses.some((status) => status === fields['status'])
  )
}

const readRows = (root: string, file: string): readonly Row[] => {
  const value: unknown = JSON.parse(readFileSync(join(root, file), 'utf8'))
  if (!Array.isArray(value)) throw new Error(`${file} must hold a list of rows.`)
  const wrong = value.findIndex((row) => !isRow(row))
  if (wrong >= 0) throw new Error(`${file}: row ${wrong + 1} must have area, what, note, test and a known status.`)
  return value.filter(isRow)
}

/** The file and the name of the test that proves a row: `test/x.test.ts › what it says`. What is not offered needs none. */
const checkTest = (root: string, { what, status, test }: Row): void => {
  if (status === 'not offered' && test === '') return
  const [file = '', ...names] = test.split(' › ')
  const text = readFileSync(join(root, file), 'utf8')
  const name = names.at(-1) ?? ''
  if (name === '' || !text.includes(name))
    throw new Error(`The row "${what}" names a test that is not in ${file}: ${name}`)
}

/** Every call, option, limit and error of Cloudflare Images beside what this server does, each row with its proof. */
export const compatibilityPage = (root: string): string => {
  const rows = globSync('docs/compatibility/*.json', { cwd: root })
    .toSorted()
    .flatMap((file) => readRows(root, file))
  for (const row of rows) checkTest(root, row)
  const areas = [...new Set(rows.map(({ area }) => area))]
  const counts = statuses.map((status) => `${rows.filter((row) => row.status === status).length} ${status}`).join(', ')
  const section = (area: string): string =>
    `## ${area}\n\n${table(
      ['what', 'here', 'how, and why', 'proved by'],
      rows
        .filter((row) => row.area === area)
        .map(({ what, status, note, test }) => {
          const [file = '', ...names] = test.split(' › ')
          return [
            cell(what),
            `**${status}**`,
            cell(note),
            test === '' ? '' : `[${cell(names.at(-1) ?? file)}](../${file})`,
          ]
        }),
    )}`
  return `# Compatibility with Cloudflare Images

Made by \`npm run docs\` from \`docs/compatibility/*.json\`; each row names the test that proves it. ${rows.length} rows: ${counts}.
*Same by best knowledge* stands where Cloudflare documents nothing exact, and the choice is what hurts a caller least.

${areas.map(section).join('\n')}`
}
