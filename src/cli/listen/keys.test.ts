import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { canReadKeys, listenForKeys } from './keys.ts'

const fakeInput = (isTTY: boolean) => {
  const told: unknown[] = []
  const emitter = new EventEmitter()
  const input = Object.assign(emitter, {
    isTTY,
    setRawMode: (raw: boolean) => void told.push(raw ? 'raw' : 'cooked'),
    pause: () => void told.push('pause'),
  })
  const listen = (): (() => void) =>
    listenForKeys(
      input,
      { r: () => void told.push('r'), d: () => void told.push('d') },
      (name, wholeGroup) => void told.push([name, wholeGroup]),
    )
  return { told, listen, type: (text: string) => void emitter.emit('data', Buffer.from(text)), emitter }
}

test('keys do what they are for, those of the terminal become its signals, and others nothing', () => {
  const { told, listen, type, emitter } = fakeInput(true)
  const end = listen()
  told.length = 0
  type('rxd\u001b[A')
  type('\u0003\u001a')
  expect(told).toEqual(['r', 'd', ['SIGINT', false], 'cooked', ['SIGTSTP', true]])
  told.length = 0
  end()
  expect(told).toEqual(['pause', 'cooked'])
  expect([emitter.listenerCount('data'), process.listenerCount('SIGCONT')]).toEqual([0, 0])
})

test('where the input is no terminal there are no keys', () => expect(canReadKeys({ isTTY: false })).toBe(false))
