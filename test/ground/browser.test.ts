import { expect, test } from 'vitest'
import { openBrowser } from './browser.ts'
import { answer } from './reactions.ts'
import { testReceiver } from './receiver.ts'

test('a browser opens pages, runs their scripts and keeps to the rules between origins', async () => {
  const here = await testReceiver({
    respond: () => answer(200, '<title>Here</title>', { 'content-type': 'text/html' }),
  })
  const elsewhere = await testReceiver()
  const page = await (await openBrowser()).newPage()
  await page.goto(here.url)
  expect(await page.title()).toBe('Here')
  const read = (url: string): Promise<string> =>
    page.evaluate(
      (address) =>
        fetch(address).then(
          () => 'read',
          () => 'refused',
        ),
      url,
    )
  expect(await read(here.url)).toBe('read')
  expect(await read(elsewhere.url)).toBe('refused')
})
