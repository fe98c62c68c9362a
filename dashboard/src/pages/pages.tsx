import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { Waiting } from '../parts/waiting.tsx'

// Each page is loaded when it is first shown. `lazy` wants a default export, which our modules do not have.
const Overview = lazy(async () => ({ default: (await import('./overview/overview.tsx')).Overview }))
const Images = lazy(async () => ({ default: (await import('./images/images.tsx')).Images }))
const ImagePage = lazy(async () => ({ default: (await import('./images/image-page.tsx')).ImagePage }))
const DirectUploadTester = lazy(async () => ({
  default: (await import('./images/direct-upload.tsx')).DirectUploadTester,
}))
const Variants = lazy(async () => ({ default: (await import('./variants/variants.tsx')).Variants }))
const DeliveriesPage = lazy(async () => ({
  default: (await import('./deliveries/deliveries-page.tsx')).DeliveriesPage,
}))
const DeliveryPage = lazy(async () => ({ default: (await import('./deliveries/delivery-page.tsx')).DeliveryPage }))
const Settings = lazy(async () => ({ default: (await import('./settings/settings.tsx')).Settings }))
const Webhooks = lazy(async () => ({ default: (await import('./webhooks/webhooks.tsx')).Webhooks }))
const Webhook = lazy(async () => ({ default: (await import('./webhooks/webhook.tsx')).Webhook }))
const Keys = lazy(async () => ({ default: (await import('./keys/keys.tsx')).Keys }))
const Tokens = lazy(async () => ({ default: (await import('./tokens/tokens.tsx')).Tokens }))
const Inbox = lazy(async () => ({ default: (await import('./inbox/inbox.tsx')).Inbox }))
const NotFound = lazy(async () => ({ default: (await import('./not-found.tsx')).NotFound }))

/** The page that stands at the address. */
export const Pages = () => (
  <Suspense fallback={<Waiting page />}>
    <Switch>
      <Route path="/" component={Overview} />
      <Route path="/images" component={Images} />
      {/* No image can have this id: it is a path of the API. */}
      <Route path="/images/direct_upload" component={DirectUploadTester} />
      <Route path="/images/*" component={ImagePage} />
      <Route path="/variants" component={Variants} />
      <Route path="/deliveries" component={DeliveriesPage} />
      <Route path="/deliveries/:id" component={DeliveryPage} />
      <Route path="/settings" component={Settings} />
      <Route path="/settings/webhooks" component={Webhooks} />
      <Route path="/settings/webhooks/:id" component={Webhook} />
      <Route path="/settings/keys" component={Keys} />
      <Route path="/settings/tokens" component={Tokens} />
      <Route path="/received" component={Inbox} />
      <Route component={NotFound} />
    </Switch>
  </Suspense>
)
