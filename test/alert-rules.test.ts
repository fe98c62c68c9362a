import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startServer } from './ground/server.ts'

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')

const namesIn = (text: string): string[] => [...new Set(text.match(/\bimagehooks_[a-z_]+\b/g))].toSorted()

/** The names that a server has, without what Prometheus puts behind those of histograms. */
const registered = async (): Promise<string[]> => {
  const { server, url } = await startServer()
  const text = await (await server.fetch(new Request(`${url}/metrics`))).text()
  return [...text.matchAll(/^# TYPE (imagehooks_\w+) /gm)].map(([, name]) => name ?? '').toSorted()
}

it('the page on operations names every metric that there is, and no other', async () => {
  expect(namesIn(read('docs/operations.md'))).toEqual(await registered())
})

it('each alert rule asks for metrics that there are, and the page says what to do for it', async () => {
  const rules = read('docs/alert-rules.yml')
  const known = await registered()
  const asked = namesIn(rules).map((name) => name.replace(/_(?:bucket|count|sum)$/, ''))
  expect(asked.filter((name) => !known.includes(name))).toEqual([])
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? '')
  expect(alerts.length).toBeGreaterThan(5)
  const page = read('docs/operations.md')
  expect(alerts.filter((name) => !page.includes(`**${name}.**`))).toEqual([])
})
