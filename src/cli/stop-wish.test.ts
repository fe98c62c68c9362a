import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { type FakeClock, fakeClock } from '../../test/ground/fake-clock.ts'
import { listenForStop, type SignalSource, type StopWish } from './stop-wish.ts'

type Listening = { source: EventEmitter; clock: FakeClock; exits: number[]; wish: StopWish }

const listen = (): Listening => {
  const exits: number[] = []
  const source = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) })
  const clock = fakeClock()
  return { source, clock, exits, wish: listenForStop(source satisfies SignalSource, clock) }
}

describe('listening for signals', () => {
  test.each(['SIGINT', 'SIGTERM'])('the first %s asks for an orderly stop', async (signal) => {
    const { source, wish, exits } = listen()
    source.emit(signal, signal)
    expect(await wish.asked).toBe(signal)
    expect(exits).toEqual([])
  })

  test('a second one ends the process at once, as if it had been killed by it', () => {
    const { source, clock, exits } = listen()
    source.emit('SIGTERM', 'SIGTERM')
    clock.advance(250)
    source.emit('SIGINT', 'SIGINT')
    expect(exits).toEqual([130])
    source.emit('SIGTERM', 'SIGTERM')
    expect(exits).toEqual([130, 143])
  })

  test('one that is told twice at once, as by a terminal and by npm, counts once', () => {
    const { source, clock, exits } = listen()
    source.emit('SIGINT', 'SIGINT')
    clock.advance(249)
    source.emit('SIGINT', 'SIGINT')
    expect(exits).toEqual([])
  })

  test('after the stop nothing is listened to any more', () => {
    const { source, wish } = listen()
    source.emit('SIGINT', 'SIGINT')
    wish.done()
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0)
  })
})
