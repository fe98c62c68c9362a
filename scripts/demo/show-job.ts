import { formatDuration } from '../../src/config/duration.ts'
import { defaultRetryPolicy } from '../../src/domain/retry-policy.ts'
import { type LoggedDelivery, Refusal, type UploadedImage } from './api.ts'
import { drawLife, drawStepAlone } from './draw-life.ts'
import { type Happening, isGood, isWhole, type Life, type Step } from './life.ts'
import { gatherPictures, type PictureFile } from './picture-files.ts'
import { say, whileDoing } from './say.ts'
import { paint, type Screen } from './screen.ts'
import { setStage, shortRetrySchedule, type Stage } from './stage.ts'
import { tableOfLives } from './tables.ts'
import { harmless, widthOf } from './text.ts'
import { watchLife } from './watch-life.ts'

/** Failed attempts that are waited for before the Worker comes back: the first, and the one that follows at once. */
const failuresToShow = 2

const nameWidthLimit = 24

/** A life that is being written. */
type OpenLife = Life & { steps: Step[]; delivery: LoggedDelivery | undefined }

const inWords = (error: unknown): string => {
  if (error instanceof Refusal) return error.message
  const { cause } = error instanceof Error ? error : {}
  return `The connection broke off while the file was sent${cause instanceof Error ? ` (${cause.message})` : ''}.`
}

/** Told when a life begins, and with each step of it. */
type OnStep = (life: Life, step?: Step) => void

/** Uploads one picture and follows it to its end; with `isOutage`, the Worker is away until its webhook has failed. */
const showLife = async (stage: Stage, picture: PictureFile, isOutage: boolean, onStep: OnStep): Promise<Life> => {
  const life: OpenLife = { filename: harmless(picture.filename), steps: [], delivery: undefined }
  const begunAt = performance.now()
  const add = (happening: Happening): void => {
    const step = { ...happening, atMs: performance.now() - begunAt }
    life.steps.push(step)
    onStep(life, step)
  }
  onStep(life)
  let image: UploadedImage
  try {
    image = await stage.api.upload(picture.bytes, picture.filename, { userId: 'demo' })
  } catch (error) {
    add({ kind: 'refusal', sentence: inWords(error) })
    return life
  }
  add({ kind: 'upload', image })
  let comingBack: Promise<void> | undefined
  let failureCount = 0
  await watchLife({
    ...stage,
    image,
    onDelivery(delivery) {
      life.delivery = delivery
    },
    async onStep(happening) {
      if (happening.kind === 'attempt' && isGood(happening.attempt)) await comingBack
      add(happening)
      if (happening.kind !== 'attempt' || isGood(happening.attempt)) return
      failureCount += 1
      if (!isOutage || failureCount !== failuresToShow) return
      comingBack = stage.bringWorkerBack().then(() => add({ kind: 'worker-back' }))
      // Thrown where it is awaited, after the watching.
      comingBack.catch(() => {})
    },
  })
  await comingBack
  return life
}

const introduce = (screen: Screen): void => {
  const short = shortRetrySchedule.replaceAll(',', ', ')
  const usual = defaultRetryPolicy.scheduleMs.map((ms) => (ms === 0 ? '0s' : formatDuration(ms))).join(', ')
  say(screen, `Retries are shortened for this demo: ${short} instead of ${usual}.`, 'news')
  screen.print('')
  say(screen, 'The life of each image; times count from the start of its upload, as seen from outside.', 'quiet')
}

const conclude = (screen: Screen, lives: readonly Life[]): boolean => {
  screen.print('', ...tableOfLives(lives, screen.columns()), '')
  say(screen, 'webhook ms: from the commit of the event to the 200 of the Worker, by the server’s log.', 'quiet')
  if (lives.at(-1)?.delivery) say(screen, 'The last image was uploaded while the Worker was down.', 'quiet')
  const broken = lives.filter((life) => !isWhole(life))
  const whole = lives.length === 1 ? 'The upload' : `All ${lives.length} uploads`
  if (broken.length === 0) say(screen, `✓ ${whole} reached the Worker: every row is in D1 and every job done.`, 'good')
  else {
    const names = broken.map(({ filename }) => filename).join(', ')
    say(screen, `✗ ${broken.length} of ${lives.length} did not get all the way: ${names}.`, 'bad')
  }
  return broken.length === 0
}

/** Shows the whole job with these files, or with samples. Answers whether every image got its row and its job. */
export const showJob = async (screen: Screen, paths: readonly string[]): Promise<boolean> => {
  const pictures = await whileDoing(screen, 'Gathering images', () => gatherPictures(paths))
  screen.print('', `  ${paint('title', 'Imagehooks: upload an image, and your Worker is told')}`, '')
  const nameWidth = Math.min(nameWidthLimit, Math.max(...pictures.map(({ filename }) => widthOf(harmless(filename)))))
  const stage = await setStage(screen)
  introduce(screen)

  const lives: Life[] = []
  for (const [index, picture] of pictures.entries()) {
    const isOutage = index === pictures.length - 1
    if (isOutage) {
      await whileDoing(screen, 'Taking the Worker down', () => stage.takeWorkerDown())
      say(screen, 'The Worker is taken down, and the next image uploaded all the same.', 'news')
    }
    const life = await showLife(stage, picture, isOutage, (present, step) => {
      if (screen.isLive) screen.show((columns, spinner) => drawLife(present, nameWidth, columns, spinner))
      else if (step) screen.print(`  ${drawStepAlone(present, step, nameWidth)}`)
    })
    screen.show(undefined)
    if (screen.isLive) screen.print(...drawLife(life, nameWidth, screen.columns()))
    lives.push(life)
  }
  const isEverythingThere = conclude(screen, lives)
  await whileDoing(screen, 'Stopping', () => stage.leave())
  return isEverythingThere
}
