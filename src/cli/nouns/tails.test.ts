import { describe, expect, test } from 'vitest'
import { sampleImage } from '../../../scripts/sample-images.ts'
import { type RunningCommand, startCommand } from '../../../test/ground/command.ts'
import { eventually } from '../../../test/ground/engine.ts'
import { answer } from '../../../test/ground/reactions.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount, type TestServer } from '../../../test/ground/server.ts'
import { temporaryFolder } from '../../../test/ground/temporary.ts'

const webhooks = '/images/v1/webhooks'

const begin = (url: string, words: readonly string[]): RunningCommand =>
  startCommand(words, {
    environment: {
      IMAGEHOOKS_URL: url,
      IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
      IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
    },
  })

/** How often the server has answered this path. */
const askedFor = ({ log }: TestServer, path: string): number =>
  log.lines.filter(({ fields }) => String(fields['path']).endsWith(path)).length

const upload = async (server: TestServer, name: string): Promise<string> =>
  (await server.upload((await sampleImage('drawing')).bytes, name)).result.id

const linesOf = (command: RunningCommand) =>
  command
    .printed()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

describe('deliveries tail', () => {
  test('tells what becomes of deliveries from now on, over a restart of the server, until it is stopped', async () => {
    const dataFolder = temporaryFolder()
    const receiver = await testReceiver({ respond: (_, index) => answer(index === 1 ? 500 : 200) })
    const first = await startServer({ dataFolder, listen: true })
    await first.call('POST', webhooks, { url: receiver.url })
    const before = await upload(first, 'before.svg')
    await first.nextAttempt()
    const tail = begin(first.url, ['deliveries', 'tail', '--json'])
    await eventually(() => askedFor(first, '/deliveries') > 0)
    const during = await upload(first, 'during.svg')
    // The first attempt fails, the second comes at once.
    await tail.shows(new RegExp(`"image_id":"${during}","state":"succeeded"`))
    await first.stop()
    await tail.shows(/Trying again/)
    const port = Number(new URL(first.url).port)
    const second = await startServer({ dataFolder, listen: true, config: { port } })
    const after = await upload(second, 'after.svg')
    await tail.shows(new RegExp(`"image_id":"${after}","state":"succeeded"`))
    tail.signal('SIGINT')
    expect(await tail.ended).toBe(0)
    const told = linesOf(tail)
    expect(told.filter(({ image_id: id }) => id === before)).toEqual([])
    expect(told.filter(({ image_id: id, state }) => id === during && state === 'succeeded')).toMatchObject([
      { attempt_count: 2 },
    ])
    await second.stop()
  })

  test('ends at once where the endpoint is unknown', async () => {
    const server = await startServer({ listen: true })
    const tail = begin(server.url, ['deliveries', 'tail', '--endpoint', 'webhook_0'])
    expect(await tail.ended).toBe(1)
    expect(tail.said()).toContain('imagehooks endpoints list')
  })
})

describe('events tail', () => {
  test('tells each event once, what happened while the server was away too, until it is stopped', async () => {
    const dataFolder = temporaryFolder()
    const first = await startServer({ dataFolder, listen: true })
    const ids = [await upload(first, 'one.svg')]
    const tail = begin(first.url, ['events', 'tail', '--after', 'oldest', '--types', 'image.uploaded', '--json'])
    await tail.shows(new RegExp(ids[0] ?? '-'))
    await first.call('DELETE', `/images/v1/${ids[0]}`)
    await first.stop()
    await tail.shows(/Trying again/)
    const away = await startServer({ dataFolder })
    ids.push(await upload(away, 'two.svg'))
    await away.stop()
    const port = Number(new URL(first.url).port)
    const second = await startServer({ dataFolder, listen: true, config: { port } })
    const ofOne = begin(first.url, ['events', 'tail', '--after', 'oldest', '--image', ids[0] ?? '-', '--json'])
    await ofOne.shows(/image\.deleted/)
    ofOne.signal('SIGTERM')
    expect(await ofOne.ended).toBe(0)
    expect(linesOf(ofOne).map(({ type }) => type)).toEqual(['image.uploaded', 'image.deleted'])
    ids.push(await upload(second, 'three.svg'))
    await tail.shows(new RegExp(ids[2] ?? '-'))
    tail.signal('SIGTERM')
    expect(await tail.ended).toBe(0)
    expect(linesOf(tail).map(({ type, body }) => [type, JSON.parse(body).image.id])).toEqual(
      ids.map((id) => ['image.uploaded', id]),
    )
    await second.stop()
  })
})

describe('endpoints replay', () => {
  test('is left running by Ctrl-C, says so, and can be watched or ended later', async () => {
    const server = await startServer({ listen: true, config: { roles: new Set(['api']) } })
    const { result: endpoint } = await server.call('POST', webhooks, { url: 'http://127.0.0.1:1/' })
    const replay = begin(server.url, ['endpoints', 'replay', endpoint.id, '--since', '1h', '--missing'])
    await eventually(() => askedFor(server, '/replay') > 0)
    const [{ id }] = (await server.call('GET', `${webhooks}/${endpoint.id}/replays`)).result.replays
    await eventually(() => askedFor(server, `/replays/${id}`) > 0)
    replay.signal('SIGINT')
    expect(await replay.ended).toBe(130)
    expect(replay.printed()).toContain(`${id}  running  0 sent again`)
    expect(replay.said()).toContain(`imagehooks endpoints replay --follow ${id}\n`)
    const running = (await server.call('GET', `${webhooks}/replays/${id}`)).result
    expect(running.state).toBe('running')
    const watched = begin(server.url, ['endpoints', 'replay', '--follow', id])
    await eventually(() => askedFor(server, `/replays/${id}`) > 3)
    const canceled = begin(server.url, ['endpoints', 'replay', '--cancel', id, '--json'])
    expect(await canceled.ended).toBe(0)
    expect(JSON.parse(canceled.printed())).toMatchObject({ id, state: 'canceled' })
    expect(await watched.ended).toBe(0)
    expect(watched.printed()).toContain(`${id}  canceled`)
  })
})
