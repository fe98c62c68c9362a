import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { engineAccountId, startEngine } from '../../test/ground/engine.ts'
import type { Database } from '../store/database.ts'
import { createOpenedEndpoints } from './opened-endpoint.ts'

describeDrivers('the memory of openedEndpoints', (driver) => {
  it('does not keep what was read of an endpoint while it was changed', async () => {
    const engine = await startEngine(driver, { withoutWorker: true })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: 'https://old.example/', secret: 'x' })
    const started = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const slow: Database = {
      ...engine.database,
      read: async (sql, parameters) => {
        const rows = await engine.database.read(sql, parameters)
        started.resolve()
        await released.promise
        return rows
      },
    }
    const openedEndpoints = createOpenedEndpoints(slow, engine.sealer, engine.clock)
    const before = openedEndpoints.load(endpoint.id)
    await started.promise
    await engine.endpoints.put(engineAccountId, { url: 'https://new.example/', secret: 'x' })
    openedEndpoints.forget([endpoint.id])
    released.resolve()
    expect(await before).toMatchObject({ endpoint: { url: 'https://old.example/' } })
    expect(await openedEndpoints.load(endpoint.id)).toMatchObject({ endpoint: { url: 'https://new.example/' } })
  })
})
