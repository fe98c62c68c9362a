import { Link } from 'wouter'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useAccountPath } from '../../session/session-context.ts'
import { curlUpload } from '../images/curl-upload.ts'
import styles from './first-steps.module.css'

type StepProps = { readonly isDone: boolean; readonly href: string; readonly title: string; readonly children: string }

const Step = ({ isDone, href, title, children }: StepProps) => (
  <li className={styles['step']} data-done={isDone || undefined}>
    <span className={styles['mark']}>
      {isDone && <Icon name="check" size={14} />}
      <span className="visually-hidden">{isDone ? 'Done:' : 'To do:'}</span>
    </span>
    <div>
      <Link href={href}>{title}</Link>
      <p>{children}</p>
    </div>
  </li>
)

export type FirstStepsProps = { readonly imageCount: number; readonly endpointCount: number }

/** What there is to do on an account that is new; nothing once both is done. */
export const FirstSteps = ({ imageCount, endpointCount }: FirstStepsProps) => {
  const path = useAccountPath()
  if (imageCount > 0 && endpointCount > 0) return null
  return (
    <Card title="First steps">
      <ol className={styles['steps']}>
        <Step isDone={endpointCount > 0} href="/settings/webhooks" title="Add a webhook">
          The URL of your application that is told of each upload, signed. A Test shows at once whether it listens.
        </Step>
        <Step isDone={imageCount > 0} href="/images" title="Upload an image">
          Drop a file on the page of images, or paste the line below. Its webhook leaves the moment it is stored.
        </Step>
      </ol>
      <Code label="A curl command that uploads an image" text={curlUpload(path)} />
    </Card>
  )
}
