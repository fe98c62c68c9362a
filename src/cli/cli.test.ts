import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { run, startServer } from '../../test/ground/command.ts'

/** Where the system takes no folders; a recursive mkdir does not end there. Elsewhere a file takes none either. */
const noFolders = process.platform === 'linux' ? '/proc' : fileURLToPath(import.meta.url)

describe('help and mistakes', () => {
  test('--help names every command', async () => {
    const { code, printed } = await run(['--help'])
    expect(code).toBe(0)
    for (const command of ['dev', 'serve', 'accounts', 'version'])
      expect(printed).toMatch(new RegExp(`^ +${command}`, 'm'))
  })

  test('the help of serve names every flag with its environment name, and the secrets below', async () => {
    const { printed } = await run(['serve', '--help'])
    expect(printed).toMatch(/--data-dir <folder>[^]+\[IMAGEHOOKS_DATA_DIR\]/)
    expect(printed).toMatch(/IMAGEHOOKS_MASTER_KEY\n {2}IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID\n/)
  })

  test('both ways of asking print the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect((await run(['version'])).printed).toBe(`${version}\n`)
    expect((await run(['--version'])).printed).toBe(`${version}\n`)
  })

  test.each([
    [['serv'], 'Did you mean serve?'],
    [['serve', '--prot', '1'], 'Did you mean --port?'],
    [['serve', '--port'], 'argument missing'],
    [['serve', '--port', 'x'], 'error: --port must be a port from 0 to 65535'],
    [['dev', '--host', '0.0.0.0'], 'error: imagehooks dev serves this machine alone'],
    [['serve', '--allow-target', '10.0.0.0/99'], 'error: --allow-target'],
    [['accounts', 'list', '--database-url', 'mysql://x'], 'error: --database-url must be'],
  ])('%j says what is wrong and what to do, and exits 1', async (words, sentence) => {
    const { code, printed, said } = await run(words)
    expect({ code, printed }).toEqual({ code: 1, printed: '' })
    expect(said).toContain(sentence)
    expect(said).not.toMatch(/^ {4}at /m)
  })

  test('a setting of the environment is named as it was given', async () => {
    const { code, said } = await run(['serve'], { environment: { IMAGEHOOKS_PORT: 'x' } })
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/^error: IMAGEHOOKS_PORT must be .*\n$/) })
  })

  test('a data folder that is a file is told in one sentence', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'taken'), '')
    const { code, said } = await run(['serve', '--data-dir', 'taken'], { folder })
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringMatching(/^error: .*taken is a file, not a folder; choose another with --data-dir\.\n$/),
    })
  })

  test.each([
    [['serve'], '/x'],
    [['dev'], '/x/y/z'],
    [['accounts', 'create'], ''],
  ])('%j with a data folder where none can be is told in one sentence', async (words, below) => {
    const { code, said } = await run([...words, '--data-dir', `${noFolders}${below}`])
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/^error: .*--data-dir\.\n$/) })
  })
})

/** Runs a command whose reader goes away after its first line; answers that line, and its exit code. */
const readFirstLine = (words: readonly string[]): { printed: string; code: string } => {
  const entry = fileURLToPath(new URL('../../bin/imagehooks.mjs', import.meta.url))
  const script = '("$@"; echo "exit code $?" >&2) | head -n 1'
  const { stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', process.execPath, entry, ...words], {
    encoding: 'utf8',
  })
  return { printed: stdout, code: /exit code (\d+)\n$/.exec(stderr)?.[1] ?? stderr }
}

describe('a reader that goes away', () => {
  const many = ['trigger', 'image.uploaded', '--secret', 'x', '--to', 'http://127.0.0.1:1/', '--count', '20000']

  test('ends what prints on and on, as SIGTERM does', () => {
    const { printed, code } = readFirstLine(many)
    expect({ printed, code }).toEqual({
      printed: expect.stringContaining('✗ The connection was refused.'),
      code: '143',
    })
  })

  test('ends what prints and is done, with success', () => {
    const { printed, code } = readFirstLine([...many, '--print-curl'])
    expect({ printed, code }).toEqual({ printed: expect.stringMatching(/^curl /), code: '0' })
  })
})

describe('imagehooks accounts', () => {
  test('an account is made with a token and listed without it', async () => {
    const folder = temporaryFolder()
    const made = JSON.parse((await run(['accounts', 'create', '--name', 'Photos', '--json'], { folder })).printed)
    expect(made).toEqual({
      id: expect.stringMatching(/^[\da-f]{32}$/),
      hash: expect.stringMatching(/^[\w-]{22}$/),
      name: 'Photos',
      created: expect.stringMatching(/Z$/),
      token: expect.any(String),
    })
    const { printed } = await run(['accounts', 'list', '--json'], { folder })
    expect(JSON.parse(printed)).toEqual([{ id: made.id, hash: made.hash, name: 'Photos', created: made.created }])
    const plain = await run(['accounts', 'list'], { folder })
    expect(plain.printed).toBe(`${made.id}  ${made.created}  Photos\n`)
  })

  test('a list of nothing says where it looked and how to make one, and makes nothing', async () => {
    const folder = temporaryFolder()
    const { code, printed } = await run(['accounts', 'list'], { folder })
    expect({ code, printed }).toEqual({
      code: 0,
      printed: expect.stringMatching(
        /^There are no accounts in .*imagehooks-data yet; .*imagehooks accounts create\n$/,
      ),
    })
    expect((await run(['accounts', 'list', '--json'], { folder })).printed).toBe('[]\n')
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('imagehooks serve', () => {
  test('names its address, answers, and stops in order on a signal', async () => {
    const server = await startServer(['serve'])
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
    expect((await fetch(`${server.url}/inbox/deliveries`)).ok).toBe(false)
    expect(await server.stop()).toBe(0)
  })

  test('on every address warns that its own is no public one, unless one is named', async () => {
    const warning = /"level":"?(?:warn|40)"?.*set --public-url/
    const server = await startServer(['serve', '--host', '0.0.0.0'])
    await expect.poll(server.said).toMatch(warning)
    expect(server.said().match(new RegExp(warning, 'g'))).toHaveLength(1)
    await server.stop()
    for (const words of [['--host', '0.0.0.0', '--public-url', 'https://images.example.com'], []]) {
      const quiet = await startServer(['serve', ...words])
      await quiet.stop()
      expect(quiet.said()).not.toMatch(warning)
    }
  })

  test('refuses a data folder that another process owns, and leaves that one alone', async () => {
    const folder = temporaryFolder()
    const server = await startServer(['serve'], { folder })
    const second = await run(['serve', '--port', '0'], { folder })
    expect(second).toMatchObject({ code: 1, said: expect.stringMatching(/^error: Another Imagehooks process .*\n$/) })
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })

  test('refuses a port that is taken, in one sentence', async () => {
    const server = await startServer(['serve'])
    const second = await run(['serve', '--port', new URL(server.url).port])
    expect(second.code).toBe(1)
    expect(second.said).toMatch(/^error: .* is in use; .*--port \(0 is any free one\)\.\n$/m)
    await server.stop()
  })
})
