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
  if (environment['npm_lifecycle_event'] === 'start') return 'npm run -s imagehooks --'
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

/** Sets an explanation beside what it explains, or below it where the terminal is too narrow. */
const explained = (shown: string, width: number, note: string, columns: number, indent: string): string =>
  width + 2 + note.length <= columns ? `${shown}  ${pale(note)}` : `${shown}\n${indent}${pale(note)}`

/**
 * The first thing that `imagehooks dev` prints: everything on it can be pasted as it is. Colours follow the terminal;
 * `columns` is its width. `name` is how the command line is called here.
 */
export const devGreeting = (greeting: Greeting, columns: number, name: string): string => {
  const { apiToken } = greeting
  const row = (label: string, value: string, note?: string, paint = (text: string) => text): string => {
    const shown = `  ${pale(label.padEnd(labelColumns))}${paint(value)}`
    const width = 2 + labelColumns + value.length
    return note === undefined ? shown : explained(shown, width, note, columns, ' '.repeat(2 + labelColumns))
  }
  const hints: readonly (readonly [string, string])[] = [
    [`${name} images upload photo.jpg`, 'the same, with less to type'],
    [`${name} listen --forward-to 8787/webhooks`, 'your application gets every webhook, signed'],
    [`${name} trigger image.uploaded`, 'a made-up webhook, straight to your application'],
    [`${name} deliveries list`, 'what was sent, and what was answered'],
  ]
  const longest = Math.max(...hints.map(([command]) => command.length))
  return `
${styleText('green', '●')} ${bold('Imagehooks is ready.')}  ${pale(greeting.version)}

${row('address', greeting.url, undefined, link)}
${row('account', greeting.accountId)}
${row('token', apiToken)}
${row('inbox', greeting.inboxUrl, 'each webhook appears here, verified, as it arrives', link)}
${row('dashboard', greeting.dashboardUrl, 'signs you in, once, within a minute', link)}

${bold('Upload a photo')}

curl -H 'Authorization: Bearer ${apiToken}' \\
  -F file=@photo.jpg \\
  ${imagesUrl(greeting)}

${bold('For curl and scripts')}

export IMAGEHOOKS_URL=${greeting.url} IMAGEHOOKS_ACCOUNT_ID=${greeting.accountId} IMAGEHOOKS_API_TOKEN=${apiToken}

${bold('In another terminal, in this folder')}

${hints.map(([command, purpose]) => explained(command.padEnd(longest), longest, `# ${purpose}`, columns, '  ')).join('\n')}

${pale(`Everything is kept in ${greeting.dataFolder}; the next start finds it again.\nCtrl-C stops.`)}

`
}
