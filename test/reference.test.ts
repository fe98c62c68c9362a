import { Validator } from '@seriousme/openapi-schema-validator'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { madePages } from '../scripts/docs/made-pages.ts'
import { settingForms } from '../src/config/env.ts'
import type { OpenApi } from '../src/http/openapi.ts'
import { referenceOf } from '../src/http/reference-model.ts'
import { startServer } from './ground/server.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const read = async () => {
  const { server, url } = await startServer()
  const get = (path: string) => server.fetch(new Request(`${url}${path}`))
  const document: OpenApi = await (await get('/openapi.json')).json()
  return { get, document }
}

test('the document is valid OpenAPI 3.1, and each call has a name of its own', async () => {
  const { document } = await read()
  expect(await new Validator().validate(JSON.parse(JSON.stringify(document)))).toMatchObject({ valid: true })
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
  expect(ids.length).toBeGreaterThan(20)
  expect(new Set(ids).size).toBe(ids.length)
})

test('what validates a call is what is told of it', async () => {
  const { document } = await read()
  const add = document.paths['/client/v4/accounts/{account_id}/images/v1/webhooks']?.['post']
  const schema = add?.requestBody?.content['application/json']?.schema
  expect(schema?.required).toEqual(['url'])
  expect(schema?.properties?.['max_concurrency']).toMatchObject({
    anyOf: [{ type: 'integer', minimum: 1, maximum: 64 }, { type: 'null' }],
  })
  expect(add?.responses['403']?.description).toContain('5453 endpoint_limit')
})

test('the page names every call, runs nothing and loads nothing', async () => {
  const { get, document } = await read()
  const answer = await get('/docs')
  const page = await answer.text()
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page).not.toMatch(/<script|https?:\/\/(?!localhost|127)/)
  const calls = referenceOf(document).flatMap((section) => section.calls)
  for (const { id, path } of calls) {
    expect(page).toContain(`id="${id}"`)
    expect(page).toContain(path)
  }
})

test('the pages under docs/ are what the code says today', async () => {
  for (const [path, text] of await madePages(root))
    expect(readFileSync(`${root}${path}`, 'utf8'), `${path} is out of date: run npm run docs`).toBe(text)
})

test('every setting stands in docs/settings.md, under both of its names', () => {
  const page = readFileSync(`${root}docs/settings.md`, 'utf8')
  const names = settingForms.flatMap((form) => [form.environment, ...('flag' in form ? [`--${form.flag}`] : [])])
  for (const name of names) expect(page).toContain(`\`${name}\``)
})
