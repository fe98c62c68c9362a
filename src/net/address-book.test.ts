import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { testResolver } from '../../test/ground/resolver.ts'
import { createAddressBook } from './address-book.ts'
import { createAddressPolicy } from './ip-ranges.ts'

const testBook = () => {
  const names = testResolver()
  const policy = createAddressPolicy({ allow: [] })
  return { names, book: createAddressBook({ clock: fakeClock(), resolver: names.resolve, policy }) }
}

describe('createAddressBook', () => {
  it('answers with every address once, in order', async () => {
    const { names, book } = testBook()
    names.set('hooks.example', '93.184.216.34', '2606:4700::1', '93.184.216.34')
    expect(await book.find('hooks.example')).toEqual({ ok: true, addresses: ['93.184.216.34', '2606:4700::1'] })
  })

  it('answers at once for a literal, without a look-up', () => {
    const { names, book } = testBook()
    expect(book.find('[2606:4700::1]')).toEqual({ ok: true, addresses: ['2606:4700::1'] })
    expect(book.find('10.0.0.1')).toEqual({ ok: false, kind: 'forbidden_address' })
    expect(names.queryCount('10.0.0.1')).toBe(0)
  })

  it('refuses a name without addresses, and asks again the next time', async () => {
    const { names, book } = testBook()
    expect(await book.find('late.example')).toEqual({ ok: false, kind: 'dns_failed' })
    names.set('late.example', '93.184.216.34')
    expect(await book.find('late.example')).toMatchObject({ ok: true })
  })

  it('holds a limited number of names, the oldest giving way', async () => {
    const { names, book } = testBook()
    for (let index = 0; index <= 2000; index++) {
      names.set(`host-${index}.example`, '93.184.216.34')
      await book.find(`host-${index}.example`)
    }
    await book.find('host-2000.example')
    await book.find('host-0.example')
    expect(names.queryCount('host-2000.example')).toBe(1)
    expect(names.queryCount('host-0.example')).toBe(2)
  })
})
