import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import chromiumPackage, { inflate } from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

/** Names another Chromium, where the one from npm does not run: it is for Linux on x64 alone. */
const otherChromium = 'IMAGEHOOKS_TEST_CHROMIUM'

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url))
const archives = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', 'bin')

/** The package unpacks into the temporary folder, whatever that is, and no other run may find it half done. */
const unpackInto = async (folder: string): Promise<void> => {
  const previous = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  try {
    await chromiumPackage.executablePath(archives)
    // Libraries that a bare Debian does not have.
    await inflate(join(archives, 'al2023.tar.br'))
  } finally {
    if (previous === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = previous
  }
}

/** The package's own names a folder that is not this one, and a form field without any font ends the browser. */
const fontsConfig = (folder: string): string => `<?xml version="1.0" ?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts', 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`

/** Unpacked once for a checkout, 200 MB in two seconds; of two that do it at once the later one gives way. */
const unpacked = async (): Promise<string> => {
  const folder = join(cache, 'chromium-153-fonts')
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'unpacking-'))
  try {
    await unpackInto(fresh)
    await writeFile(join(fresh, 'fonts', 'fonts.conf'), fontsConfig(folder))
    await rename(fresh, folder)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** A real Chromium, without a window. It has a Latin font and no emoji. The caller closes it. */
export const launchChromium = async (): Promise<Browser> => {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--lang=en-US']
  const other = process.env[otherChromium]
  if (other) return chromium.launch({ executablePath: other, args })
  const folder = await unpacked()
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  })
}
