import { systemRandom } from '../../../domain/random.ts'
import { ConfigError } from '../../../config/config-error.ts'
import { anyAddress, ownClient, systemOutside } from '../../own-client.ts'
import { readDelay, readHeaders, readPostUrl } from '../../read-flags.ts'
import { readSecrets, type SecretFlags } from '../../secret-sources.ts'
import { createActivity } from '../activity.ts'
import { showReport, type ReportOptions } from '../show-report.ts'
import { examineReceiver } from './examine.ts'
import { judgeReceiver } from './judge-receiver.ts'

export type DoctorReceiverOptions = ReportOptions &
  SecretFlags & {
    readonly account: string
    readonly header?: readonly string[]
    readonly timeout: string
  }

/** `imagehooks doctor URL`. */
export const doctorReceiver = async (text: string, options: DoctorReceiverOptions): Promise<void> => {
  const url = readPostUrl('The URL', text)
  const secrets = await readSecrets(options)
  if (secrets.length > 1) throw new ConfigError('Name one secret: a receiver is asked with one.')
  const headers = readHeaders(options.header)
  const limitMs = readDelay('--timeout', options.timeout)
  const activity = createActivity(process.stderr)
  const client = ownClient(systemOutside, anyAddress)
  try {
    const facts = await examineReceiver(url, {
      ...systemOutside,
      client,
      random: systemRandom,
      secret: secrets[0]?.text,
      accountId: options.account,
      headers,
      limitMs,
      tell: (name) => activity.tell(name.replaceAll(/[A-Z]/g, ' $&').toLowerCase()),
    })
    activity.end()
    showReport(judgeReceiver(facts), options)
  } finally {
    activity.end()
    await client.destroy()
  }
}
