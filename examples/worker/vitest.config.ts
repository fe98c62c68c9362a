import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { answerOutside } from './test/outside.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

// Wrangler would keep a log of each run in the home folder, speak of each start, and put .env into the Worker's bindings.
process.env['WRANGLER_WRITE_LOGS'] = 'false'
process.env['WRANGLER_LOG'] = 'error'
process.env['CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV'] = 'false'

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: here('./wrangler.jsonc') },
      miniflare: {
        cf: false,
        bindings: {
          WEBHOOK_SECRET: 'secret of the tests',
          MODERATION_URL: 'https://moderation.example/check',
          IMAGES_VARIANTS_URL: 'https://images.example/hash',
          IMAGES_ACCOUNT_ID: 'our account',
          IMAGES_API_TOKEN: 'token that deletes',
          IMAGES_API_URL: 'https://api.example/v4',
          IMAGES_SIGNING_KEY: 'signing key',
          MIGRATIONS: await readD1Migrations(here('./migrations')),
        },
        outboundService: answerOutside,
        // The queues of wrangler.jsonc without its waits.
        queueConsumers: {
          'image-jobs': { maxBatchTimeout: 0.01, maxRetries: 1, retryDelay: 0, deadLetterQueue: 'image-jobs-dead' },
          'image-jobs-dead': { maxBatchTimeout: 0.01 },
        },
      },
    })),
  ],
  test: {
    name: 'worker',
    include: ['test/**/*.test.ts'],
    setupFiles: ['./test/migrate.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
