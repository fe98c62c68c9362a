import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from './api.ts'
import { balance, type Ledger } from './ledger.ts'
import type { LedgerReceiver } from './ledger-receiver.ts'
import type { MortalServer } from './mortal-server.ts'

/** What the run is made of. */
export type KillRun = {
  readonly server: MortalServer
  readonly api: Api
  readonly receiver: LedgerReceiver
  /** The images to upload; each is uploaded again as a new one until an upload of it is acknowledged. */
  readonly images: readonly Blob[]
  /** Images uploaded at the same time. */
  readonly uploaderCount: number
  readonly killCount: number
  /** How long what was acknowledged may stay unheard of after the last upload; default one minute. */
  readonly patienceMs?: number
  /** Resolves when the server shall die the next time; asked anew in each of its lives. */
  nextKill(killNumber: number): Promise<void>
  /** Called between two lives. */
  whileDead?(killNumber: number): Promise<void>
  /** Waited for before each upload, also of an image that is uploaded anew. */
  pause?(): Promise<void>
  /** Called when an upload begins. */
  onUpload?(): void
  /** Called when an upload was acknowledged. */
  onAcknowledged?(): void
  /** Called after an acknowledged upload, a broken one and a kill. */
  onProgress?(progress: KillProgress): void
}

/** How far it is. */
export type KillProgress = {
  /** Image ids of the acknowledged uploads, with what was uploaded. */
  readonly acknowledged: ReadonlyMap<string, Blob>
  /** Uploads whose answer never came, or was not a success. */
  readonly brokenCount: number
  readonly killCount: number
}

const defaultPatienceMs = 60_000

/** Kills break few uploads of one image; more have another cause. */
const triesLimit = 50

/** Uploads one image until it is acknowledged. */
const uploadUntilAcknowledged = async (run: KillRun, filename: string, image: Blob, onBroken: () => void) => {
  for (let tries = 1; ; tries++) {
    await run.pause?.()
    await run.server.up()
    run.onUpload?.()
    try {
      return await run.api.upload(image, filename)
    } catch (cause) {
      // Broken off by a kill, or refused while the server was away: nobody was promised anything.
      if (tries === triesLimit) throw new Error(`${filename} was not accepted in ${tries} tries.`, { cause })
      onBroken()
    }
  }
}

/**
 * Uploads while the server is killed again and again, until the receiver was told of every acknowledged upload or
 * nothing more is to be hoped for. Rejects when the server does not come back or does not accept an image.
 */
export const runKills = async (run: KillRun): Promise<KillProgress & { readonly ledger: Ledger }> => {
  const { server, receiver, images } = run
  const acknowledged = new Map<string, Blob>()
  let [brokenCount, killCount] = [0, 0]
  const progress = (): KillProgress => ({ acknowledged, brokenCount, killCount })
  const tell = (): void => run.onProgress?.(progress())
  const ledger = (): Ledger => balance(new Set(acknowledged.keys()), receiver.receipts)

  const queue = [...images.entries()]
  const uploadAll = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, image] = next
      const { id } = await uploadUntilAcknowledged(run, `image-${index + 1}.jpg`, image, () => {
        brokenCount += 1
        tell()
      })
      acknowledged.set(id, image)
      run.onAcknowledged?.()
      tell()
    }
  }
  const work = async (): Promise<'done'> => {
    await Promise.all(Array.from({ length: run.uploaderCount }, uploadAll))
    const deadline = performance.now() + (run.patienceMs ?? defaultPatienceMs)
    while (ledger().lost.length > 0 && performance.now() < deadline) await sleep(20)
    return 'done'
  }
  const kill = (): Promise<void> =>
    server.killAndRevive(async () => {
      killCount += 1
      tell()
      await receiver.quiet()
      await run.whileDead?.(killCount)
    })

  const working = work()
  // Met below; a server that does not come back fails both this and the kill, and the kill is told first.
  working.catch(() => {})
  while (killCount < run.killCount && (await Promise.race([working, run.nextKill(killCount + 1)])) !== 'done') {
    await kill()
  }
  await working
  return { ...progress(), ledger: ledger() }
}
