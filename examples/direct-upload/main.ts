import { startBackend } from './backend.ts'

/** Reads who we are from the environment, and starts. */
export const main = async (): Promise<void> => {
  const {
    IMAGEHOOKS_URL: url = 'http://127.0.0.1:4747',
    IMAGEHOOKS_ACCOUNT_ID: accountId,
    IMAGEHOOKS_API_TOKEN: apiToken,
  } = process.env
  if (!accountId || !apiToken) {
    console.error(
      'Set ACCOUNT_ID and API_TOKEN to what imagehooks dev printed; IMAGEHOOKS_URL if it is not on port 4747.',
    )
    process.exitCode = 1
    return
  }
  const backend = await startBackend({ url, accountId, apiToken }, Number(process.env['PORT'] ?? 8788))
  console.log(`Open ${backend.url} and choose a photo.`)
}
