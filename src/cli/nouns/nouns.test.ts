import { expect, test } from 'vitest'
import { run } from '../../../test/ground/command.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../../test/ground/server.ts'
import { sampleImage } from '../../../scripts/sample-images.ts'

test('what the API can do, the commands do: endpoints, images, deliveries and tokens', async () => {
  const server = await startServer({ listen: true })
  const receiver = await testReceiver()
  const environment = {
    IMAGEHOOKS_URL: server.url,
    IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
    IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
  }
  const ask = async (...words: string[]): Promise<string> => {
    const { code, printed, said } = await run(words, { environment })
    expect({ words, code, said: words[1] === 'create' ? '' : said }).toEqual({ words, code: 0, said: '' })
    return printed
  }
  const endpoint = JSON.parse(await ask('endpoints', 'add', receiver.url, '--name', 'shop', '--json'))
  expect(endpoint.secret).toMatch(/^whsec_/)
  expect(await ask('endpoints', 'test', endpoint.id)).toMatch(/^200 /)
  expect(await ask('endpoints', 'pause', endpoint.id)).toMatch(/is paused\.\n$/)
  expect(await ask('endpoints', 'resume', endpoint.id)).toMatch(/is active\.\n$/)
  expect(await ask('endpoints', 'rotate', endpoint.id)).toMatch(/^whsec_.+\n$/)
  expect(await ask('endpoints', 'list')).toBe(`${endpoint.id}\tactive\tshop\t${receiver.url}/\timage.uploaded\n`)

  const { result: image } = await server.upload((await sampleImage('drawing')).bytes, 'a\u202eb.svg')
  await server.nextAttempt()
  expect(await ask('images', 'list')).toBe(`${image.id}\ta b.svg\t${image.uploaded}\tno\n`)
  expect(await ask('images', 'get', image.id)).toContain(`id\t${image.id}\n`)
  const [id = ''] = (await ask('deliveries', 'list', '--image', image.id)).split('\t')
  expect(await ask('deliveries', 'show', id)).toMatch(/succeeded {2}image\.uploaded[^]*\n1\t.*\t200\t/)
  expect(await ask('deliveries', 'replay', id)).toContain('pending again')
  expect(await ask('images', 'delete', image.id)).toBe(`deleted ${image.id}\n`)
  expect(await ask('endpoints', 'remove', endpoint.id)).toBe(`removed ${endpoint.id}\n`)

  const token = JSON.parse(await ask('tokens', 'create', '--name', 'ci', '--json'))
  expect(await ask('tokens', 'list')).toContain(`${token.id}\tci\tImages Write\tactive\t`)
  expect(await ask('tokens', 'revoke', token.id)).toBe(`revoked ${token.id}\n`)
  const missing = await run(['images', 'get', 'nobody'], { environment })
  expect(missing).toMatchObject({ code: 1, printed: '', said: expect.stringMatching(/^error: .*\n$/) })
})
