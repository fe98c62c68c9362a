import { measureLatency } from './latency.ts'
import { ms, type Finding, type Scenario } from './scenario.ts'
import { measureUploads } from './uploads.ts'

const perSecond = 50

const latency: Scenario = {
  key: 'latency',
  drivers: ['sqlite', 'postgres'],
  async run({ ground, quick }) {
    const place = await ground.place()
    const worker = place.databaseUrl === undefined ? undefined : await place.machine('--start')
    const found = await measureLatency(perSecond, quick ? 200 : 1000, () => {}, place.databaseUrl)
    await worker?.stop()
    const apart = worker ? ', API and worker apart' : ''
    const row = (share: string, value: number, beside: number, most: number): Finding => ({
      what: `upload answered → webhook received, ${share}, ${perSecond} uploads/s${apart}`,
      measured: ms(value),
      beside: `upload ${ms(beside)}`,
      target: `≤ ${most} ms`,
      reached: value <= most,
    })
    return [
      row('p50', found.webhookP50Ms, found.uploadP50Ms, 10),
      ...(worker ? [row('p95', found.webhookP95Ms, found.uploadP50Ms, 50)] : []),
      row('p99', found.webhookP99Ms, found.uploadP99Ms, 50),
      {
        what: 'webhooks that did not come',
        measured: String(found.missing),
        beside: `${found.refused} uploads were not taken`,
        target: '0',
        reached: found.missing === 0,
      },
    ]
  },
}

const uploads: Scenario = {
  key: 'uploads',
  drivers: ['sqlite'],
  async run({ quick }) {
    const small = await measureUploads('small', quick ? 2 : 5, quick ? 100 : 400)
    const large = await measureUploads('large', quick ? 2 : 3, quick ? 8 : 24)
    return [small, large].map(({ fileBytes, perSecond: found, barePerSecond, ratio }) => ({
      what: `uploads, JPEG of ${(fileBytes / 1e6).toFixed(fileBytes < 1e6 ? 2 : 1)} MB, fsynced, 8 at a time`,
      measured: `${found.toFixed(1)}/s`,
      beside: `bare server ${barePerSecond.toFixed(1)}/s`,
      target: `≥ 0.50 of it: ${ratio.toFixed(2)}`,
      reached: ratio >= 0.5,
    }))
  },
}

export const walkScenarios: readonly Scenario[] = [latency, uploads]
