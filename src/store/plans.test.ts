import { expect, it } from 'vitest'
import { drivers } from '../../test/ground/drivers.ts'
import { countDue, countEndpointStates, readOldestDue, readSuspended } from './attention.ts'
import {
  announceDeath,
  announceFailing,
  announceSuspension,
  claimAnnouncements,
  hasDueAnnouncement,
  removeFinishedAnnouncements,
} from './announcements.ts'
import type { Database } from './database.ts'
import { countPending, hasPending, readOverdue, readPending } from './deliveries.ts'
import { listDeliveries } from './delivery-list.ts'
import {
  countFailure,
  deleteDraft,
  deleteExpiredDraft,
  findDirectUpload,
  insertDraft,
  sweepDirectUploads,
  useDirectUpload,
} from './direct-uploads.ts'
import { listSecrets } from './endpoints.ts'
import { latestEventAt } from './events.ts'
import { readFeedBounds, scanFeed } from './feed-reader.ts'
import { sequenceFeed } from './feed.ts'
import { findAccountByHash } from './accounts.ts'
import { findAnswer, rememberAnswer, sweepAnswers } from './idempotency-keys.ts'
import {
  blobHasImage,
  countImages,
  deleteImage,
  fillDraft,
  findDraft,
  findImage,
  storeImage,
  updateImage,
} from './images.ts'
import type { Image } from '../domain/image.ts'
import { replaySelections } from '../domain/replay.ts'
import { countWaitingReplays, lookAhead, takeBatch } from './replay-batch.ts'
import { claimReplays, findReplay, hasReplayToRun, listReplays } from './replays.ts'
import { readEventsBefore, removeEvents, takeTurn } from './retention.ts'
import { claimLanes, countShares, readLanesWithWork } from './lanes.ts'
import { countUploads, deleteTallies, readTallies, readUploadCursor, readUploadTallies } from './tallies.ts'

/** Records the SQL that is run and answers nothing. */
const recorder = (): { database: Database; statements: string[] } => {
  const statements: string[] = []
  const database: Database = {
    driver: 'sqlite',
    exclusive: true,
    read: async (sql) => {
      statements.push(sql)
      return []
    },
    write: async (unit) => {
      statements.push(...unit.map(({ sql }) => sql))
      return { committed: true, changes: unit.map(() => 0), rows: unit.map(() => []) }
    },
    notify: () => {},
    listen: () => () => {},
    healthy: async () => true,
    close: async () => {},
  }
  return { database, statements }
}

/** How the embedded database would go about a statement. */
const planOf = async (database: Database, sql: string): Promise<readonly string[]> => {
  const parameters = Array.from({ length: new Set(sql.match(/\$\d+/g)).size }, () => null)
  return (await database.read(`explain query plan ${sql}`, parameters)).map(({ detail }) => String(detail))
}

const openEmbedded = async (): Promise<Database> => {
  const database = await drivers.find(({ name }) => name === 'sqlite')?.open()
  if (!database) throw new Error('there is no embedded driver')
  return database
}

it('finds everything that uploads, drafts and repeated requests ask for along an index', async () => {
  const { database: recording, statements } = recorder()
  const image: Image = {
    accountId: 'a',
    id: 'i',
    filename: '',
    meta: { a: 1 },
    creator: null,
    requireSignedURLs: false,
    uploadedAt: 0,
    format: 'png',
    width: 1,
    height: 1,
    sizeBytes: 1,
    blobKey: 'b',
    digest: '',
  }
  const leave = { draft: image, secretDigest: '', expiresAt: 0, failureCount: 0 }
  const sealed = new Uint8Array()
  const answer = { accountId: 'a', key: 'k', fingerprint: '', masterKeyId: '', sealed, createdAt: 0 }
  await findAccountByHash(recording, 'hash')
  await findImage(recording, 'a', 'i')
  await findDraft(recording, 'a', 'i', 0)
  await blobHasImage(recording, 'b')
  await countImages(recording, 'a')
  await findDirectUpload(recording, 'a', 'i')
  await findAnswer(recording, 'a', 'k', 0)
  // What a sweep found is removed by statements of its own.
  const finding = { ...recording, read: async () => [{ account_id: 'a', image_id: 'i', key: 'k' }] }
  for (const sweeping of [recording, finding]) {
    await sweepDirectUploads(sweeping, 0, 10)
    await sweepAnswers(sweeping, 0, 10)
  }
  const units = [storeImage, fillDraft, updateImage, deleteImage].flatMap((unit) => unit(image))
  const ofDrafts = [...insertDraft(leave, 'b'), ...deleteDraft('a', 'i'), deleteExpiredDraft('a', 'i', 0)]
  const ofLeaves = [useDirectUpload(leave, 0), countFailure(leave, 10), ...rememberAnswer(answer, 0)]
  statements.push(...[...units, ...ofDrafts, ...ofLeaves].map(({ sql }) => sql))
  const database = await openEmbedded()
  for (const sql of statements) {
    const plan = await planOf(database, sql)
    expect(
      plan.filter((detail) => /^SCAN|TEMP B-TREE/.test(detail)),
      sql,
    ).toEqual([])
    expect(plan.some((detail) => detail.startsWith('SEARCH')) || sql.startsWith('insert'), sql).toBe(true)
  }
  expect(statements.length).toBeGreaterThan(25)
})

it('finds everything the engine asks for along an index, however large the tables are', async () => {
  const { database: recording, statements } = recorder()
  for (const tier of [0, 1, 2, 3] as const) await readPending(recording, 'lane', tier, { dueFrom: 0, limit: 10 })
  await readOverdue(recording, 'owner', 0, 10)
  await hasPending(recording, 'lane')
  await countPending(recording, 'lane', 10)
  await readLanesWithWork(recording, 'owner', 0, { after: '', limit: 10 })
  await claimLanes(recording, 'owner', 1000, 10)
  await countShares(recording)
  await listSecrets(recording, 'endpoint', 0)
  await latestEventAt(recording, 'account', 'image')
  await listDeliveries(recording, { endpointId: 'e' }, {}, { limit: 10 })
  await listDeliveries(recording, { accountId: 'a' }, {}, { limit: 10 })
  await listDeliveries(recording, { accountId: 'a' }, { imageId: 'i' }, { limit: 10 })
  await readOldestDue(recording, 0)
  await readOldestDue(recording, 0, 'account')
  await readSuspended(recording, 'account')
  await countDue(recording, 0, { after: '', limit: 10 })
  await countEndpointStates(recording)
  await readTallies(recording, 'endpoint', 60_000, 0)
  await readUploadTallies(recording, 'account', 60_000, 0)
  await readUploadCursor(recording).catch(() => undefined)
  for (const { sql } of [...countUploads(0, 1), ...deleteTallies(60_000, 0, 10)]) statements.push(sql)
  await readFeedBounds(recording).catch(() => {})
  await scanFeed(recording, 'account', { after: 0, types: [], limit: 10 }).catch(() => {})
  await scanFeed(recording, 'account', { after: 0, types: [], limit: 10, imageId: 'i' }).catch(() => {})
  await findReplay(recording, 'replay')
  await listReplays(recording, 'endpoint')
  await hasReplayToRun(recording, 'owner')
  await claimReplays(recording, 'owner', 1000, 10)
  await countWaitingReplays(recording, 'lane', 10)
  for (const selection of replaySelections) {
    const scope = { accountId: 'a', endpointId: 'e', selection, untilAt: 1, cursor: 'evt_' }
    await lookAhead(recording, scope, 10)
    statements.push(takeBatch(scope, { lookedCount: 1, takenCount: 1, last: undefined }, 0, 1).sql)
  }
  statements.push(...sequenceFeed.map(({ sql }) => sql))
  await readEventsBefore(recording, 0, { after: '', limit: 10 })
  await hasDueAnnouncement(recording)
  await claimAnnouncements(recording, 1000, 10)
  await takeTurn(recording, 'retention', 'owner', 1000)
  const occurrence = { id: 'a', kind: 'delivery.dead', endpointId: 'e', count: 1, at: 0, details: {} } as const
  const announced = [announceDeath(occurrence, 'e'), announceSuspension(occurrence), announceFailing(occurrence, 0)]
  statements.push(
    ...[...removeEvents('a', 'b'), ...announced, removeFinishedAnnouncements(0, 10)].map(({ sql }) => sql),
  )
  const database = await openEmbedded()
  for (const sql of statements) {
    const plan = await planOf(database, sql)
    // Lanes, endpoints and workers are few; those in use have an index. The feed's waiting rows are few too.
    const scans = plan.filter((detail) =>
      /^SCAN (?!CONSTANT|\(subquery|lane|worker|numbered|page|replay USING|delivery USING INDEX delivery_unplaced|first_in_order|event_feed USING|endpoint USING|due$)/.test(
        detail,
      ),
    )
    expect(scans, sql).toEqual([])
    expect(plan.join(), sql).not.toMatch(/SEARCH event_feed USING PRIMARY KEY\b(?! \()/)
  }
})
