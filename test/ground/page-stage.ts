import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { sampleImage } from '../../scripts/sample-images.ts'
import { openTerminal, type Terminal } from './page-terminal.ts'
import { makeTemporaryFolder } from './temporary.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a start makes in a checkout, and what belongs to whoever works in it. */
const notTheReaders = new Set(['.git', '.cache', 'imagehooks-data', 'coverage'])

/** A checkout that a reader may write into: everything in it is this one's, and what is made in it is not. */
const layCheckout = (folder: string): void => {
  mkdirSync(folder)
  for (const name of readdirSync(root))
    if (!notTheReaders.has(name) && name !== 'examples') symlinkSync(join(root, name), join(folder, name))
  mkdirSync(join(folder, 'examples'))
  for (const name of readdirSync(join(root, 'examples'))) {
    const from = join(root, 'examples', name)
    // wrangler writes into the folder it runs in.
    if (name === 'worker')
      cpSync(from, join(folder, 'examples', name), {
        recursive: true,
        filter: (path) => !/\/(node_modules|\.wrangler|\.dev\.vars)$/.test(path),
      })
    else symlinkSync(from, join(folder, 'examples', name))
  }
}

/** The only program here whose port no variable sets is given any free one in its settings. */
const freePort = (settings: string): void =>
  writeFileSync(settings, readFileSync(settings, 'utf8').replace(/"port": \d+/, '"port": 0'))

/** What stands before the machine's own commands. */
const layCommands = (folder: string): void => {
  mkdirSync(folder)
  // As `npm install --global imagehooks` puts it there; npx finds it there, too.
  symlinkSync(join(root, 'bin/imagehooks.mjs'), join(folder, 'imagehooks'))
  // `npm ci` would empty the node_modules that all other tests are reading. CI has just run it, by the README's command.
  const npm = execFileSync('bash', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\nif [ "$*" = ci ]; then exit 0; fi\nexec '${npm}' "$@"\n`, {
    mode: 0o755,
  })
}

/**
 * A machine as a reader of the pages has it: a checkout, a photo, `imagehooks` installed, nothing running and nothing
 * kept. Programs listen at any free port instead of the one that a page names, since another program may have that one;
 * they take it from the environment.
 */
export const openStage = async (): Promise<Terminal> => {
  const { path, remove } = makeTemporaryFolder()
  onTestFinished(remove)
  const [checkout, commands, home, notes] = ['checkout', 'bin', 'home', 'notes'].map((name) => join(path, name)) as [
    string,
    string,
    string,
    string,
  ]
  layCheckout(checkout)
  freePort(join(checkout, 'examples/worker/wrangler.jsonc'))
  layCommands(commands)
  mkdirSync(home)
  // A request that is refused must fail its block.
  writeFileSync(join(home, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n')
  mkdirSync(notes)
  writeFileSync(join(checkout, 'photo.jpg'), (await sampleImage('photo')).bytes)
  const { LANG, TMPDIR, PATH } = process.env
  const terminal = openTerminal(checkout, notes, {
    LANG,
    TMPDIR,
    PATH: `${commands}:${PATH}`,
    HOME: home,
    NO_COLOR: '1',
    npm_config_prefix: path,
    npm_config_update_notifier: 'false',
    IMAGEHOOKS_PORT: '0',
    PORT: '0',
    WRANGLER_SEND_METRICS: 'false',
  })
  onTestFinished(() => terminal.close())
  return terminal
}
