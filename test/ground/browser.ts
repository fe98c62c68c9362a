import type { Browser } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { launchChromium } from './chromium.ts'

/** A real Chromium, without a window, that ends with the present test. It has a Latin font and no emoji. */
export const openBrowser = async (): Promise<Browser> => {
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  return browser
}
