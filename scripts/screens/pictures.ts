/** What is photographed. */
import type { Page } from 'playwright-core'
import type { World } from './world.ts'

export type Picture = {
  readonly name: string
  readonly path: string
  /** Who looks; default: the account that something happened on. */
  readonly who?: 'fresh' | 'nobody'
  /** Only what is in sight: more of an endless page comes when it is scrolled. */
  readonly inSight?: boolean
  /** What is done on the page first. */
  readonly act?: (page: Page) => Promise<void>
}

const button = (name: string, inDialog?: string) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).first().click()
  await page.getByRole('dialog').waitFor()
  if (inDialog !== undefined) await page.getByRole('dialog').getByRole('button', { name: inDialog }).click()
}

/** Every page, and every dialog that opens on one. */
export const picturesOf = ({ ids }: Pick<World, 'ids'>): readonly Picture[] => {
  const webhook = `/settings/webhooks/${ids.endpoint}`
  return [
    { name: 'overview', path: '/' },
    { name: 'images', path: '/images', inSight: true },
    { name: 'image', path: `/images/${ids.image}` },
    { name: 'image-delete', path: `/images/${ids.image}`, act: button('Delete…') },
    { name: 'direct-upload', path: '/images/direct_upload' },
    { name: 'variants', path: '/variants' },
    {
      name: 'variants-edit',
      path: '/variants',
      act: (page) => page.getByRole('button', { name: 'Edit hero' }).click(),
    },
    { name: 'deliveries', path: '/deliveries' },
    { name: 'deliveries-dead', path: '/deliveries?state=dead' },
    { name: 'delivery', path: `/deliveries/${ids.delivery}` },
    { name: 'settings', path: '/settings' },
    { name: 'webhooks', path: '/settings/webhooks' },
    {
      name: 'webhooks-add',
      path: '/settings/webhooks',
      async act(page) {
        await button('Add webhook')(page)
        await page.getByRole('dialog').getByLabel('URL').fill('https://10.0.0.1/hooks')
        await page.getByRole('dialog').getByText('Name, headers and limits').click()
        await page.locator('[aria-invalid="true"]').waitFor()
      },
    },
    {
      name: 'webhooks-added',
      path: '/settings/webhooks',
      async act(page) {
        await button('Add webhook')(page)
        await page.getByRole('dialog').getByLabel('URL').fill('https://app.example.com/webhooks')
        await page.getByRole('dialog').getByRole('button', { name: 'Add webhook' }).click()
        await page.getByRole('heading', { name: 'The webhook is added' }).waitFor()
      },
    },
    { name: 'webhook', path: webhook },
    { name: 'webhook-suspended', path: `/settings/webhooks/${ids.failing}` },
    {
      name: 'webhook-test',
      path: webhook,
      async act(page) {
        await button('Test', 'Send Test')(page)
        await page.getByText('The receiver took it').waitFor()
      },
    },
    {
      name: 'webhook-test-failed',
      path: `/settings/webhooks/${ids.failing}`,
      async act(page) {
        await button('Test', 'Send Test')(page)
        await page.getByRole('dialog').getByText('Status 410').waitFor()
      },
    },
    { name: 'webhook-replay', path: `/settings/webhooks/${ids.failing}`, act: button('Replay…') },
    { name: 'webhook-edit', path: webhook, act: button('Edit…') },
    { name: 'webhook-rotate', path: webhook, act: button('Rotate secret…') },
    { name: 'webhook-delete', path: webhook, act: button('Delete…') },
    { name: 'keys', path: '/settings/keys' },
    { name: 'keys-add', path: '/settings/keys', act: button('Create key') },
    { name: 'tokens', path: '/settings/tokens' },
    { name: 'tokens-add', path: '/settings/tokens', act: button('Create token') },
    { name: 'inbox', path: '/received' },
    { name: 'fresh-overview', path: '/', who: 'fresh' },
    { name: 'fresh-images', path: '/images', who: 'fresh' },
    { name: 'fresh-webhooks', path: '/settings/webhooks', who: 'fresh' },
    { name: 'fresh-deliveries', path: '/deliveries', who: 'fresh' },
    { name: 'missing', path: '/deliveries/dlv_1_2' },
    { name: 'sign-in', path: '/', who: 'nobody' },
  ]
}
