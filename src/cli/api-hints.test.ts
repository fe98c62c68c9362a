import { describe, expect, test } from 'vitest'
import { createAuthority } from '../../test/ground/authority.ts'
import { runHere } from '../../test/ground/command-here.ts'
import { answer } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../test/ground/server.ts'

const environmentOf = (url: string, more: Record<string, string> = {}): Record<string, string> => ({
  IMAGEHOOKS_URL: url,
  IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
  IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
  ...more,
})

const sentenceOf = async (words: readonly string[], environment: Record<string, string>): Promise<string> => {
  const { code, said, printed } = await runHere(words, { environment })
  expect({ code, printed }).toEqual({ code: 1, printed: '' })
  expect(said).toMatch(/^error: [^\n]+\n$/)
  return said
}

describe('a failure says what to do next', () => {
  test('when nothing listens: which address, who named it, how to start one', async () => {
    const nobody = await testReceiver()
    await nobody.close()
    const said = await sentenceOf(['images', 'list'], environmentOf(nobody.url))
    expect(said).toContain(`Nothing listens at ${nobody.url} (IMAGEHOOKS_URL). Start the server there (imagehooks dev`)
    const byFlag = await sentenceOf(['images', 'list', '--url', nobody.url], environmentOf('http://unused.test'))
    expect(byFlag).toContain(`${nobody.url} (--url)`)
  })

  test('when the host is unknown', async () => {
    const said = await sentenceOf(['events', 'list'], environmentOf('http://no-such-host.invalid'))
    expect(said).toContain('The host of http://no-such-host.invalid (IMAGEHOOKS_URL) is not known')
  })

  test('when the certificate is nobody’s', async () => {
    const tls = await (await createAuthority()).issue({ hosts: ['127.0.0.1'] })
    const receiver = await testReceiver({ tls })
    expect(await sentenceOf(['tokens', 'list'], environmentOf(receiver.url))).toMatch(
      /The certificate of .* is not trusted \(\w+\).*NODE_EXTRA_CA_CERTS/,
    )
  })

  test('when somebody else answers', async () => {
    const receiver = await testReceiver({ respond: () => answer(200, '<h1>Hello</h1>') })
    expect(await sentenceOf(['images', 'stats'], environmentOf(receiver.url))).toContain('check the URL')
  })

  test('when the token does not open: which one it was, and of which account', async () => {
    const server = await startServer({ listen: true })
    const wrong = environmentOf(server.url, { IMAGEHOOKS_API_TOKEN: 'wrong' })
    expect(await sentenceOf(['images', 'list'], wrong)).toMatch(
      new RegExp(`The token is from IMAGEHOOKS_API_TOKEN, and the account is ${testAccount.accountId};`),
    )
    expect(await sentenceOf(['images', 'list', '--token', 'wrong-too'], wrong)).toContain('The token is from --token')
    const { result } = await server.call('POST', '/tokens', { name: 'reader', permission: 'Images Read' })
    const reader = environmentOf(server.url, { IMAGEHOOKS_API_TOKEN: result.value })
    const refused = await sentenceOf(['images', 'delete', 'a'], reader)
    expect(refused).toMatch(/may only read.*imagehooks tokens create --name NAME/)
    expect(refused).not.toContain(result.value)
  })

  test.each([
    [['images', 'get', 'nobody'], 'imagehooks images list'],
    [['images', 'delete', 'nobody'], 'imagehooks images list'],
    [['variants', 'get', 'none'], 'imagehooks variants list'],
    [['endpoints', 'get', 'webhook_0'], 'imagehooks endpoints list'],
    [['deliveries', 'show', 'dlv_0_0'], 'imagehooks deliveries list'],
    [['tokens', 'revoke', 'tok_0'], 'imagehooks tokens list'],
    [['keys', 'delete', 'none'], 'imagehooks keys list'],
    [['endpoints', 'replay', '--cancel', 'rpl_0'], 'imagehooks endpoints replays'],
  ])('when %j names nothing: what shows which there are', async (words, list) => {
    const server = await startServer({ listen: true })
    expect(await sentenceOf(words, environmentOf(server.url))).toContain(`To see which there are: ${list}\n`)
  })

  test('of several, those that are refused are told and the others done', async () => {
    const server = await startServer({ listen: true })
    const environment = environmentOf(server.url)
    for (const name of ['one', 'two']) await server.call('POST', '/images/v1/variants', { id: name, options: {} })
    const { code, printed, said } = await runHere(['variants', 'delete', 'one', 'none', 'two'], { environment })
    expect({ code, printed }).toEqual({ code: 1, printed: 'deleted one\ndeleted two\n' })
    expect(said).toMatch(/^error: none: .*\n$/)
    const json = await runHere(['variants', 'delete', 'none', 'nobody', '--json'], { environment })
    expect(
      json.printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { id: 'none', error: expect.objectContaining({ status: 404 }) },
      { id: 'nobody', error: expect.objectContaining({ status: 404 }) },
    ])
  })
})
