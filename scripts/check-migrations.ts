/**
 * Checks that both drivers have the same migrations by name. Applies those of the embedded one to an empty database and
 * compares the schema that results with the committed `migrations/schema.sqlite.sql`, so that a change of schema is
 * reviewed as a difference. `--write` renews the file. Whether PostgreSQL comes to the same tables is seen in the tests,
 * where one runs.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { readMigrations } from '../src/store/migrate.ts'

const schemaFile = fileURLToPath(new URL('../migrations/schema.sqlite.sql', import.meta.url))

const sqliteSchema = (): string => {
  const database = new DatabaseSync(':memory:')
  for (const { sql } of readMigrations('sqlite')) database.exec(sql)
  const rows = database.prepare('select sql from sqlite_schema where sql is not null order by type desc, name').all()
  database.close()
  return `-- Made by scripts/check-migrations.ts from the migrations; do not edit.\n${rows.map(({ sql }) => `${String(sql)};\n`).join('\n')}`
}

const names = (driver: 'sqlite' | 'postgres'): string =>
  readMigrations(driver)
    .map(({ name }) => name)
    .join(', ')
if (names('sqlite') !== names('postgres')) {
  console.error(
    `Each migration needs a file of the same name for both drivers; sqlite has ${names('sqlite')}, postgres has ${names('postgres')}.`,
  )
  process.exitCode = 1
}

const schema = sqliteSchema()
if (process.argv.includes('--write')) writeFileSync(schemaFile, schema)
const committed = existsSync(schemaFile) ? readFileSync(schemaFile, 'utf8') : ''
if (committed === schema) console.log('The migrations make the committed schema.')
else {
  console.error(
    'The migrations make another schema than migrations/schema.sqlite.sql; run `npm run check:migrations -- --write`, look at the difference, and commit it.',
  )
  process.exitCode = 1
}
