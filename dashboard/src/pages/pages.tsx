import { Route, Switch } from 'wouter'
import { loadedPage } from './loaded-page.tsx'

// Each page is loaded when it is first shown.
const Overview = loadedPage(async () => (await import('./overview/overview.tsx')).Overview)
const Images = loadedPage(async () => (await import('./images/images.tsx')).Images)
const ImagePage = loadedPage(async () => (await import('./images/image-page.tsx')).ImagePage)
const DirectUploadTester = loadedPage(async () => (await import('./images/direct-upload.tsx')).DirectUploadTester)
const Variants = loadedPage(async () => (await import('./variants/variants.tsx')).Variants)
const DeliveriesPage = loadedPage(async () => (await import('./deliveries/deliveries-page.tsx')).DeliveriesPage)
const DeliveryPage = loadedPage(async () => (await import('./deliveries/delivery-page.tsx')).DeliveryPage)
const Settings = loadedPage(async () => (await import('./settings/settings.tsx')).Settings)
const Webhooks = loadedPage(async () => (await import('./webhooks/webhooks.tsx')).Webhooks)
const Webhook = loadedPage(async () => (await import('./webhooks/webhook.tsx')).Webhook)
const Keys = loadedPage(async () => (await import('./keys/keys.tsx')).Keys)
const Tokens = loadedPage(async () => (await import('./tokens/tokens.tsx')).Tokens)
const Inbox = loadedPage(async () => (await import('./inbox/inbox.tsx')).Inbox)
const NotFound = loadedPage(async () => (await import('./not-found.tsx')).NotFound)

/** The page that stands at the address. */
export const Pages = () => (
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
)
