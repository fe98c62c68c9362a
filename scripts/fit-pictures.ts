/** Makes the pictures of `docs/serving.md` by the renderer itself: `node scripts/fit-pictures.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseTransform } from '../src/domain/transform-options.ts'
import { fits } from '../src/domain/transform.ts'
import { render } from '../src/pixels/render.ts'
import { painting } from './sample-images.ts'

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url))
mkdirSync(folder, { recursive: true })

const original = await painting({ width: 240, height: 150, channels: 3, sun: 0.7 }).png().toBuffer()

/** Draws one wish; the thin grey line shows where the result ends. */
const draw = async (name: string, options: string): Promise<void> => {
  const { onError: _onError, slowQuality: _slowQuality, width, format: _format, ...wish } = parseTransform(options)
  const { bytes } = await render(
    { bytes: original },
    { ...wish, ...(typeof width === 'number' && { width }), format: 'webp', quality: 80 },
  )
  writeFileSync(`${folder}${name}.webp`, bytes)
  process.stdout.write(`${name}: ${options}, ${bytes.length} bytes\n`)
}

const line = 'border.color=%23808080,border.width=1'
await draw('original', line)
for (const fit of fits) await draw(`fit-${fit}`, `w=160,h=160,fit=${fit},background=%23f6821f,${line}`)
for (const gravity of ['left', 'auto', '0.9x0'])
  await draw(`gravity-${gravity.replaceAll('.', '-')}`, `w=100,h=150,fit=cover,g=${gravity},${line}`)
