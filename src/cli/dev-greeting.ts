import { styleText } from 'node:util'

/** What a person needs to begin. */
export type Greeting = {
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

/** The first thing that `imagehooks dev` prints: everything on it can be pasted as it is. Colours follow the terminal. */
export const devGreeting = ({ url, accountId, apiToken, dashboardUrl, inboxUrl, dataFolder }: Greeting): string => {
  const images = `${url}/client/v4/accounts/${accountId}/images/v1`
  const example = {
    url: 'http://127.0.0.1:8787/webhooks',
    events: ['image.uploaded'],
    secret: 'your_webhook_secret_key',
  }
  return `
${bold('Imagehooks is ready.')}

  ${pale('address')}     ${url}
  ${pale('account')}     ${accountId}
  ${pale('token')}       ${apiToken}
  ${pale('dashboard')}   ${bold(dashboardUrl)}  ${pale('signs you in, once, within a minute')}
  ${pale('inbox')}       ${bold(inboxUrl)}  ${pale('each webhook appears here, verified, the moment it arrives')}

${bold('Upload a photo:')}

curl -H 'Authorization: Bearer ${apiToken}' \\
  -F file=@photo.jpg \\
  ${images}

${bold('Send webhooks to your application, too:')}

curl --request PUT ${images}/webhooks \\
  --header 'Authorization: Bearer ${apiToken}' \\
  --header 'Content-Type: application/json' \\
  --data '${JSON.stringify(example)}'

${pale(`Everything is kept in ${dataFolder}; the next start finds it again. Ctrl-C stops.`)}

`
}
