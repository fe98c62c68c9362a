import axe, { type RunOptions } from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { launchChromium } from './chromium.ts'
import { openServer, type ServerWish, type TestServer } from './server.ts'

export type VisitWish = {
  /** Default 1280: a desk. */
  readonly width?: number
  readonly dark?: boolean
}

/** Somebody at the dashboard, signed in to an account of their own. */
export type Visitor = ReturnType<TestServer['callsOf']> & {
  readonly page: Page
  readonly url: string
  readonly account: { readonly accountId: string; readonly apiToken: string }
  /** Goes to another page of the dashboard by its address. */
  goTo(path: string): Promise<void>
}

/** One server and one browser for all tests of a file; each visit has an account of its own. */
export const dashboardGround = (wish: ServerWish = {}) => {
  let server: TestServer
  let browser: Browser
  let visitCount = 0
  beforeAll(async () => {
    server = await openServer({ listen: true, ...wish })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.end()
  })

  /** A page of the browser that knows nobody; it closes with the test, which fails when a script on it does. */
  const newPage = async ({ width = 1280, dark = false }: VisitWish = {}): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: dark ? 'dark' : 'light',
      locale: 'en-US',
    })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.on('pageerror', (error) => {
      throw error
    })
    return page
  }

  const newAccount = async () => {
    const { account, token } = await server.server.accounts.create({ name: `visitor-${++visitCount}` })
    return { accountId: account.id, apiToken: token }
  }

  /** Signs in as an account, straight by its cookie: how one signs in has tests of its own. */
  const signIn = async (page: Page, apiToken: string): Promise<void> => {
    const session = await server.server.sessions.signIn(apiToken)
    await page.context().addCookies([{ name: 'imagehooks_session', value: session?.value ?? '', url: server.url }])
  }

  /** Opens a page as a new account. */
  const visit = async (path: string, how: VisitWish = {}): Promise<Visitor> => {
    const account = await newAccount()
    const page = await newPage(how)
    await signIn(page, account.apiToken)
    const goTo = async (next: string): Promise<void> => {
      await page.goto(server.url + next)
      await page.getByRole('heading', { level: 1 }).waitFor()
    }
    await goTo(path)
    return { ...server.callsOf(account), account, page, url: server.url, goTo }
  }

  return { server: () => server, newPage, newAccount, signIn, visit }
}

/** What hinders somebody on the page as it is now, in one line each; or only what its colours do. */
export const hindrances = async (page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> => {
  // What appears by degrees would be measured half transparent.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished),
    ),
  )
  // As an expression of the debugger: the page's own policy lets no script in.
  await page.evaluate(axe.source)
  return page.evaluate(
    async (options) => {
      const { axe: checker } = globalThis as unknown as { axe: typeof axe }
      const { violations } = await checker.run(options)
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
    },
    { resultTypes: ['violations'], ...(what === 'colours' && { runOnly: ['color-contrast'] }) } satisfies RunOptions,
  )
}

/** How far the page is wider than the screen, in pixels. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

/** A block of text on the page, or in a part of it, by its label. */
export const block = (place: Page | Locator, label: string): Locator =>
  place.getByRole('group', { name: label, exact: true })
