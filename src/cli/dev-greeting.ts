import { relative } from 'node:path'
import { styleText } from 'node:util'

/** What a person needs to begin. */
export type Greeting = {
  readonly version: string
  readonly url: string
  readonly accountId: string
  readonly apiToken: string
  /** Signs in once, within a minute. */
  readonly dashboardUrl: string
  readonly inboxUrl: string
  readonly dataFolder: string
}

const bold = (text: string): string => styleText('bold', text)
const pale = (text: string): string => styleText('gray', text)
const link = (text: string): string => styleText('cyan', text)

const labelColumns = 12

const imagesUrl = ({ url, accountId }: Greeting): string => `${url}/client/v4/accounts/${accountId}/images/v1`

/** How the command line was started, so that what is printed can be pasted. */
export const ownName = (environment: NodeJS.ProcessEnv): string => {
  if (['start', 'imagehooks'].includes(environment['npm_lifecycle_event'] ?? '')) return 'npm run -s imagehooks --'
  return environment['npm_command'] === 'exec' ? 'npx imagehooks' : 'imagehooks'
}

/** For programs: one JSON object. */
export const jsonGreeting = (greeting: Greeting): string =>
  `${JSON.stringify({
    type: 'ready',
    version: greeting.version,
    url: greeting.url,
    account_id: greeting.accountId,
    token: greeting.apiToken,
    images_url: imagesUrl(greeting),
    dashboard_url: greeting.dashboardUrl,
    inbox_url: greeting.inboxUrl,
    data_folder: greeting.dataFolder,
  })}\n`

/** Explanations beside what they explain; all below it where the terminal is too narrow for one of them. */
const explained = (rows: readonly (readonly [shown: string, note: string])[], columns: number): string => {
  const width = Math.max(...rows.map(([shown]) => shown.length))
  const isWide = rows.every(([, note]) => width + 2 + note.length <= columns)
  return rows
    .map(([shown, note]) => (isWide ? `${shown.padEnd(width)}  ${pale(note)}` : `${shown}\n  ${pale(note)}`))
    .join('\n')
}

/** As one would type it: a folder below the one that the command was started in from there. */
const shownFolder = (folder: string, workingFolder: string): string => {
  const path = relative(workingFolder, folder)
  return path.startsWith('..') ? folder : `./${path}`
}

/**
 * The first thing that `imagehooks dev` prints: everything on it can be pasted as it is. Colours follow the terminal;
 * `columns` is its width. `name` is how the command line is called here.
 */
export const devGreeting = (greeting: Greeting, columns: number, name: string): string => {
  const { apiToken } = greeting
  const row = (label: string, value: string): string => `  ${pale(label.padEnd(labelColumns))}${value}`
  const hints: readonly (readonly [string, string])[] = [
    [`${name} images upload photo.jpg`, '# the same, shorter'],
    [`${name} listen --forward-to 8787/webhooks`, '# each webhook to your app'],
    [`${name} trigger image.uploaded`, '# a made-up one to it'],
    [`${name} deliveries list`, '# what was sent and answered'],
  ]
  return `
${styleText('green', '●')} ${bold('Imagehooks is ready.')}  ${pale(greeting.version)}

${row('address', link(greeting.url))}
${row('account', greeting.accountId)}
${row('token', apiToken)}
${row('inbox', link(greeting.inboxUrl))}
${row('dashboard', pale('this link signs you in, once, within a minute'))}
  ${link(greeting.dashboardUrl)}

${bold('Upload a photo, and see its webhook in the inbox')}

curl -H 'Authorization: Bearer ${apiToken}' \\
  -F file=@photo.jpg \\
  ${imagesUrl(greeting)}

${bold('In another terminal, in this folder')}

${explained(hints, columns)}

${bold('For curl and scripts')}

export IMAGEHOOKS_URL=${greeting.url} IMAGEHOOKS_ACCOUNT_ID=${greeting.accountId} IMAGEHOOKS_API_TOKEN=${apiToken}

${pale(`Kept in ${shownFolder(greeting.dataFolder, process.cwd())}; the next start finds it again.\nCtrl-C stops.`)}

`
}
