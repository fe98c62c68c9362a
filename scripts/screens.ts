/**
 * Takes a picture of every page of the dashboard and of every dialog, light and dark, on a desk, on a phone and on a wide
 * screen, into `.cache/screens/`, from a server of its own that has lived through a day.
 * `npm run screens -- webhook phone` takes those whose names hold both words; `--docs` takes the three of the README.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../test/ground/chromium.ts'
import { picturesOf, type Picture } from './screens/pictures.ts'
import { startWorld, type World } from './screens/world.ts'

type Look = {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

const looks: readonly Look[] = [
  { name: 'light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'wide', width: 1920, height: 1080, colorScheme: 'light' },
  { name: 'phone', width: 375, height: 740, colorScheme: 'light' },
  { name: 'phone-dark', width: 375, height: 740, colorScheme: 'dark' },
]

const root = fileURLToPath(new URL('../', import.meta.url))

const show = async (page: Page, { url }: World, { path, act }: Picture): Promise<void> => {
  await page.goto(url + path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await act?.(page)
  // The feed stays open, so the network is never idle; pictures and charts are there by then.
  await page.waitForTimeout(900)
}

const openPage = async (browser: Browser, world: World, look: Look, { who }: Picture): Promise<Page> => {
  const { width, height, colorScheme } = look
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: 'en-US',
    hasTouch: width < 500,
    isMobile: width < 500,
  })
  const value = who === 'nobody' ? undefined : world.cookies[who ?? 'lived']
  if (value !== undefined) await context.addCookies([{ name: 'imagehooks_session', value, url: world.url }])
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(`${look.name}: ${error.message}`))
  return page
}

/** Every picture whose name holds all of the words. */
const takeAll = async (browser: Browser, world: World, words: readonly string[]): Promise<void> => {
  const folder = join(root, '.cache', 'screens')
  mkdirSync(folder, { recursive: true })
  for (const picture of picturesOf(world))
    for (const look of looks) {
      const name = `${picture.name}-${look.name}`
      if (!words.every((word) => name.includes(word))) continue
      const page = await openPage(browser, world, look, picture)
      await show(page, world, picture)
      const hasDialog = (await page.getByRole('dialog').count()) > 0
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: !hasDialog && picture.inSight !== true })
      console.log(`.cache/screens/${name}.png`)
      await page.context().close()
    }
}

/** The three that the README shows, and how. */
const readmePictures: Readonly<Record<string, Look['colorScheme']>> = {
  overview: 'light',
  webhook: 'dark',
  delivery: 'light',
}

const takeReadme = async (browser: Browser, world: World): Promise<void> => {
  for (const picture of picturesOf(world)) {
    const colorScheme = readmePictures[picture.name]
    if (colorScheme === undefined) continue
    const page = await openPage(browser, world, { name: 'docs', width: 1280, height: 1000, colorScheme }, picture)
    await show(page, world, picture)
    await page.screenshot({ path: join(root, 'docs', 'images', `dashboard-${picture.name}.png`) })
    console.log(`docs/images/dashboard-${picture.name}.png`)
    await page.context().close()
  }
}

const main = async (words: readonly string[]): Promise<void> => {
  const world = await startWorld()
  try {
    const browser = await launchChromium()
    try {
      await (words[0] === '--docs' ? takeReadme(browser, world) : takeAll(browser, world, words))
    } finally {
      await browser.close()
    }
  } finally {
    await world.stop()
  }
}

await main(process.argv.slice(2))
