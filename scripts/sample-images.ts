import sharp, { type Exif, type Sharp } from 'sharp'

/** An image made by code, as a person would have it in a folder. */
export type SampleImage = {
  name: string
  filename: string
  mime: string
  /** Displayed size in pixels: after the EXIF orientation is applied. */
  width: number
  height: number
  /** Frames of an animation; 1 for a still. */
  frameCount: number
  bytes: Uint8Array
}

export type Scene = {
  width: number
  height: number
  /** 3, or 4 for a picture that fades out towards its edge. */
  channels: 3 | 4
  /** Position of the sun, 0 to 1; an animation moves it. */
  sun: number
}

/** A number from 0 to 1 that looks random and is always the same for the same pixel: gives the picture a photo's grain. */
const grain = (x: number, y: number): number => {
  let mixed = Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 1_274_126_177)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296
}

/** The colour of one point of the landscape; `across` and `down` run from 0 to 1. */
const colourAt = (across: number, down: number, sun: number): [red: number, green: number, blue: number] => {
  const ridge = 0.62 + 0.08 * Math.sin(across * 9) + 0.05 * Math.sin(across * 23 + 1)
  const meadow = 0.8 + 0.03 * Math.sin(across * 5 + 2)
  if (down > meadow) return [70 + 60 * (1 - down), 120 + 90 * (down - meadow), 50]
  if (down > ridge) return [60 + 70 * (down - ridge), 75 + 60 * (down - ridge), 100]
  const glow = Math.max(0, 1 - Math.hypot(across - sun, (down - 0.3) * 0.75) * 3)
  const disc = Math.hypot(across - sun, (down - 0.3) * 0.75) < 0.06 ? 1 : 0
  return [110 + 90 * down + 70 * glow + 40 * disc, 160 + 40 * down + 40 * glow + 40 * disc, 220 - 60 * glow - 20 * disc]
}

/** Raw pixels of a landscape: sky, sun, hills and a meadow, with grain. The same scene gives the same bytes. */
export const paint = ({ width, height, channels, sun }: Scene): Uint8Array => {
  const pixels = new Uint8Array(width * height * channels)
  let at = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const across = x / width
      const down = y / height
      const noise = (grain(x, y) - 0.5) * 18
      for (const colour of colourAt(across, down, sun)) pixels[at++] = Math.min(255, Math.max(0, colour + noise))
      if (channels === 4) {
        const edge = Math.hypot(across - 0.5, down - 0.5) * 2
        pixels[at++] = Math.round(255 * Math.min(1, Math.max(0, 1.3 - edge)))
      }
    }
  }
  return pixels
}

/** A sharp pipeline over a painted scene, ready for any encoder. */
export const painting = (scene: Scene): Sharp => {
  const { width, height, channels } = scene
  return sharp(paint(scene), { raw: { width, height, channels } })
}

/** A sharp pipeline over several frames of a scene in which the sun travels. */
export const motionPicture = (width: number, height: number, frameCount: number): Sharp => {
  const frames = Array.from({ length: frameCount }, (_, index) =>
    paint({ width, height, channels: 3, sun: (index + 0.5) / frameCount }),
  )
  return sharp(Buffer.concat(frames), {
    raw: { width, height: height * frameCount, channels: 3, pageHeight: height },
  })
}

/** What a camera writes beside the pixels: held sideways (orientation 6), with an author and a place. */
export const cameraExif: Exif = {
  IFD0: {
    Make: 'Imagehooks',
    Model: 'Pinhole One',
    Orientation: '6',
    Artist: 'Ada Example',
    Copyright: 'Copyright 2026 Ada Example',
  },
  IFD2: { DateTimeOriginal: '2026:01:15 10:30:45' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '46/1 31/1 1260/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '6/1 38/1 240/100',
  },
}

/** A JPEG like a camera's: stored lying, shown upright, `width` × `height` as stored. */
export const cameraPhoto = (width: number, height: number): Promise<Uint8Array> =>
  painting({ width, height, channels: 3, sun: 0.7 })
    .withExif(cameraExif)
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 88 })
    .toBuffer()

const drawing = `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200" viewBox="0 0 320 200">
  <rect width="320" height="200" fill="#f6821f"/>
  <circle cx="160" cy="100" r="70" fill="#fff"/>
  <path d="M110 130 L150 80 L180 115 L195 98 L215 130 Z" fill="#404242"/>
</svg>
`

type Recipe = Omit<SampleImage, 'name' | 'bytes'> & { make: () => Promise<Uint8Array> }

const recipes = {
  photo: {
    filename: 'lake-at-noon.jpg',
    mime: 'image/jpeg',
    width: 1200,
    height: 1600,
    frameCount: 1,
    make: () => cameraPhoto(1600, 1200),
  },
  transparent: {
    filename: 'vignette.png',
    mime: 'image/png',
    width: 480,
    height: 320,
    frameCount: 1,
    make: () => painting({ width: 480, height: 320, channels: 4, sun: 0.4 }).png().toBuffer(),
  },
  animation: {
    filename: 'sunrise.gif',
    mime: 'image/gif',
    width: 160,
    height: 120,
    frameCount: 8,
    make: () =>
      motionPicture(160, 120, 8)
        .gif({ delay: Array.from({ length: 8 }, () => 120), loop: 0, effort: 1 })
        .toBuffer(),
  },
  webp: {
    filename: 'hills.webp',
    mime: 'image/webp',
    width: 1024,
    height: 768,
    frameCount: 1,
    make: () => painting({ width: 1024, height: 768, channels: 3, sun: 0.2 }).webp({ effort: 1 }).toBuffer(),
  },
  movingWebp: {
    filename: 'sunset.webp',
    mime: 'image/webp',
    width: 160,
    height: 120,
    frameCount: 6,
    make: () =>
      motionPicture(160, 120, 6)
        .webp({ delay: Array.from({ length: 6 }, () => 120), loop: 0, effort: 1 })
        .toBuffer(),
  },
  avif: {
    filename: 'meadow.avif',
    mime: 'image/avif',
    width: 800,
    height: 600,
    frameCount: 1,
    make: () => painting({ width: 800, height: 600, channels: 3, sun: 0.85 }).avif({ effort: 0 }).toBuffer(),
  },
  drawing: {
    filename: 'logo.svg',
    mime: 'image/svg+xml',
    width: 320,
    height: 200,
    frameCount: 1,
    make: () => Promise.resolve(new TextEncoder().encode(drawing)),
  },
} satisfies Record<string, Recipe>

/** The names of the samples: one per format, and the animated forms. */
export type SampleName = keyof typeof recipes

const made = new Map<SampleName, Promise<SampleImage>>()

/** One sample, made at the first call and the same object ever after. */
export const sampleImage = (name: SampleName): Promise<SampleImage> => {
  const known = made.get(name)
  if (known) return known
  const { make, ...facts } = recipes[name]
  const image = make().then((bytes) => ({ name, ...facts, bytes }))
  made.set(name, image)
  return image
}

/** All names, in the order in which a demonstration shows them. */
export const sampleNames: readonly SampleName[] = [
  'photo',
  'transparent',
  'animation',
  'webp',
  'movingWebp',
  'avif',
  'drawing',
]

/** Every sample, in the order of `sampleNames`. */
export const sampleImages = (): Promise<SampleImage[]> => Promise.all(sampleNames.map(sampleImage))
