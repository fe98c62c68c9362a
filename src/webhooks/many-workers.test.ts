import { describe, expect, it } from 'vitest'
import { drivers } from '../../test/ground/drivers.ts'
import { engineAccountId, eventually, startEngine, type Engine } from '../../test/ground/engine.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { number } from '../store/row.ts'

const secret = 'your_webhook_secret_key'

/** How many lanes each worker owns, fewest first. */
const shares = async (engine: Engine): Promise<number[]> =>
  (
    await engine.database.read(
      'select owner, count(*) as lanes from lane where owner is not null group by owner order by 2',
      [],
    )
  ).map((row) => number(row, 'lanes'))

describe.each(drivers.filter(({ name }) => name !== 'sqlite'))('several workers on $name', (driver) => {
  it('share the lanes out when one joins, lose none when one leaves, and send nothing twice', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    for (let count = 0; count < 6; count++)
      await engine.endpoints.add(engineAccountId, { url: `${receiver.url}/${count}`, secret })
    await eventually(async () => (await shares(engine)).join() === '6')
    const second = await engine.join()
    await eventually(async () => {
      engine.clock.advance(1000)
      return (await shares(engine)).join() === '3,3'
    })
    for (let count = 0; count < 20; count++) await engine.append()
    for (let count = 0; count < 120; count++) await engine.nextAttempt()
    await second.stop(0)
    await eventually(async () => {
      engine.clock.advance(1000)
      return (await shares(engine)).join() === '6'
    })
    await engine.append()
    for (let count = 0; count < 6; count++) await engine.nextAttempt()
    expect(receiver.received).toHaveLength(126)
    const sent = receiver.received.map(({ path, headers }) => `${path} ${String(headers['webhook-id'])}`)
    expect(new Set(sent).size).toBe(126)
  })
})
