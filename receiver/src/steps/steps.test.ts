import { describe, expect, test } from 'vitest'
import { databases } from '../../test/databases.ts'
import { postStandard, start, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import type { Handler } from '../pipeline/delivery.ts'
import { Refusal } from '../pipeline/refusal.ts'
import { createStepJournal, type StepJournal } from './journal.ts'
import { type Step, step, stop } from './step.ts'
import { steps } from './steps.ts'

const never = () => new Promise<never>(() => {})

describe.each(databases)('steps with a journal on $name', ({ open }) => {
  const openJournal = async () => {
    const clock = { now: start }
    return { clock, journal: createStepJournal(await open(), { now: () => clock.now }) }
  }

  /** Delivers the event to a new receiver each time, as after a restart. */
  const deliver = async (handler: Handler, event = upload()) => {
    const { fetch, on, records } = receiving()
    on('image.*', handler)
    return { code: await code(await fetch(postStandard(event))), error: String(records[0]?.error) }
  }

  test('go on after the last one that ended, for each event by itself', async () => {
    const { journal } = await openJournal()
    const ran: string[] = []
    const fault = { is: true }
    const handler = () =>
      steps(
        { journal },
        step('first', ({ event }) => void ran.push(`first ${event.image.id}`)),
        step('second', ({ event }) => {
          ran.push(`second ${event.image.id}`)
          if (fault.is) throw new Error('broken')
        }),
        step('third', ({ event }) => void ran.push(`third ${event.image.id}`)),
      )
    const a = upload({ image: { id: 'a' } })
    expect(await deliver(handler(), a)).toMatchObject({
      code: 'handler_failed',
      error: 'Error: The step second failed: Error: broken',
    })
    fault.is = false
    expect(await deliver(handler(), upload({ image: { id: 'b' } }))).toMatchObject({ code: 'done' })
    expect(await deliver(handler(), a)).toMatchObject({ code: 'done' })
    expect(await deliver(handler(), a)).toMatchObject({ code: 'done' })
    expect(ran).toEqual(['first a', 'second a', 'first b', 'second b', 'third b', 'second a', 'third a'])
  })

  test('that stop leave out the others, also when the event comes again', async () => {
    const { journal } = await openJournal()
    const ran: string[] = []
    const stopping = step('stopping', () => {
      ran.push('stopping')
      return stop
    })
    const handler = steps(
      { journal },
      stopping,
      step('later', () => void ran.push('later')),
    )
    await deliver(handler)
    await deliver(handler)
    expect(ran).toEqual(['stopping'])
  })

  test('records are forgotten when their time is over, no more than asked', async () => {
    const { clock, journal } = await openJournal()
    await journal.record('a', 'first', 'done')
    await journal.record('a', 'second', 'stop')
    await journal.record('a', 'second', 'done')
    expect([...(await journal.read('a'))].toSorted()).toEqual([
      ['first', 'done'],
      ['second', 'stop'],
    ])
    clock.now += 30 * 86_400_000 - 1
    expect(await journal.sweep(10)).toBe(0)
    clock.now += 1
    expect(await journal.sweep(1)).toBe(1)
    expect(await journal.sweep(10)).toBe(1)
    expect((await journal.read('a')).size).toBe(0)
  })
})

/** A journal that ends with the test. */
const memoryJournal = (): StepJournal => {
  const ended = new Map<string, 'done' | 'stop'>()
  return {
    read: async () => ended,
    record: async (_key, name, end) => void ended.set(name, end),
    sweep: async () => 0,
  }
}

describe('a step', () => {
  const run = async (...list: Step[]) => {
    const waits: number[] = []
    const wait = async (milliseconds: number) => void waits.push(milliseconds)
    const { fetch, on, records } = receiving()
    on('image.*', steps({ journal: memoryJournal(), wait }, ...list))
    const ended = await code(await fetch(postStandard(upload())))
    return { code: ended, error: String(records[0]?.error), waits }
  }

  test('is left out when the event does not want it', async () => {
    const ran: string[] = []
    const wanted = (name: string, when: boolean | Promise<boolean>) =>
      step(name, () => void ran.push(name), { when: () => when })
    await run(wanted('a', true), wanted('b', false), wanted('c', Promise.resolve(false)))
    expect(ran).toEqual(['a'])
  })

  test('is tried again after each wait, and then fails with its name', async () => {
    let tries = 0
    const failing = step(
      'shaky',
      () => {
        tries += 1
        throw new Error(`broken ${tries}`)
      },
      { retryDelaysMs: [100, 500] },
    )
    expect(await run(failing)).toEqual({
      code: 'handler_failed',
      error: 'Error: The step shaky failed: Error: broken 3',
      waits: [100, 500],
    })
  })

  test('that refuses is not tried again', async () => {
    const refusing = step('strict', () => Promise.reject(new Refusal('no')), { retryDelaysMs: [100] })
    expect(await run(refusing)).toEqual({ code: 'refused', error: 'Refusal: no', waits: [] })
  })

  test('that takes too long fails, whether it minds its signal or not', async () => {
    expect((await run(step('deaf', never, { timeoutMs: 1 }))).error).toContain('took more than 1 ms')
    const heard = Promise.withResolvers<unknown>()
    const minding = step(
      'minding',
      (_delivery, signal) => {
        signal.addEventListener('abort', () => heard.resolve(signal.reason))
        return never()
      },
      { timeoutMs: 1 },
    )
    await run(minding)
    expect(String(await heard.promise)).toContain('took more than 1 ms')
  })

  test('has a name of its own', () => {
    const list = [step('a', () => {}), step('a', () => {})]
    expect(() => steps({ journal: memoryJournal() }, ...list)).toThrow('Two steps have one name')
  })

  test('waits for real where nothing else is said', async () => {
    let tries = 0
    const { fetch, on } = receiving()
    const shaky = step(
      'shaky',
      () => {
        if (++tries === 1) throw new Error('broken')
      },
      { retryDelaysMs: [1] },
    )
    on('image.*', steps({ journal: () => memoryJournal() }, shaky))
    expect(await code(await fetch(postStandard(upload())))).toBe('done')
  })
})
