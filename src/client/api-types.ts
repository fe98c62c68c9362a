/** Every call of the account API. Made by `npm run docs` from the schemas that validate them; do not edit. */
export type ApiCalls = {
  /** List API tokens. */
  readonly getTokens: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly tokens: readonly ({ /** For revoking it; no secret. */ readonly id: string; readonly name: string; readonly permission: "Images Read" | "Images Write"; /** A revoked one stays in the list and opens nothing. */ readonly status: "active" | "revoked"; readonly issued_on: string; /** To the minute; null: never. */ readonly last_used_on: string | null; readonly revoked_on: string | null; /** The token itself; only in the answer that made it. */ readonly value?: string })[] }
  }
  /** Create an API token. */
  readonly postTokens: {
    readonly query: {  }
    readonly body: { /** What the token is for, up to 100 characters. */ readonly name: string; /** Cloudflare's permission groups: `Images Read` opens every GET, `Images Write` everything. */ readonly permission?: "Images Read" | "Images Write" }
    readonly result: { /** For revoking it; no secret. */ readonly id: string; readonly name: string; readonly permission: "Images Read" | "Images Write"; /** A revoked one stays in the list and opens nothing. */ readonly status: "active" | "revoked"; readonly issued_on: string; /** To the minute; null: never. */ readonly last_used_on: string | null; readonly revoked_on: string | null; /** The token itself; only in the answer that made it. */ readonly value?: string }
  }
  /** Revoke an API token. */
  readonly deleteTokensTokenId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** For revoking it; no secret. */ readonly id: string; readonly name: string; readonly permission: "Images Read" | "Images Write"; /** A revoked one stays in the list and opens nothing. */ readonly status: "active" | "revoked"; readonly issued_on: string; /** To the minute; null: never. */ readonly last_used_on: string | null; readonly revoked_on: string | null; /** The token itself; only in the answer that made it. */ readonly value?: string }
  }
  /** Statistics of the account, and what needs attention. */
  readonly getImagesV1WebhooksStats: {
    readonly query: { readonly window?: "1h" | "24h" | "7d" | "30d" }
    readonly body: undefined
    readonly result: { readonly window: "1h" | "24h" | "7d" | "30d"; readonly from: string; readonly until: string; readonly step_seconds: number; readonly totals: { readonly attempts: number; readonly attempts_succeeded: number; readonly attempts_failed: number; /** Failed attempts by what went wrong. */ readonly failures: { readonly [name: string]: number }; /** Share of attempts that succeeded, 0 to 1; null when there were none. */ readonly success_rate: number | null; readonly deliveries_succeeded: number; readonly deliveries_dead: number; /** Of attempts, failed ones too; within 5 %. */ readonly latency_ms: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }; readonly images_uploaded: number }; /** Every step, oldest first; the last is still going on. */ readonly series: readonly ({ readonly attempts: number; readonly attempts_succeeded: number; readonly attempts_failed: number; /** Failed attempts by what went wrong. */ readonly failures: { readonly [name: string]: number }; /** Share of attempts that succeeded, 0 to 1; null when there were none. */ readonly success_rate: number | null; readonly deliveries_succeeded: number; readonly deliveries_dead: number; /** Of attempts, failed ones too; within 5 %. */ readonly latency_ms: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }; readonly images_uploaded: number; readonly at: string })[]; readonly attention: { readonly suspended: readonly ({ readonly id: string; readonly name: string; readonly since: string; readonly reason: string | null })[]; readonly deliveries_dead: number; readonly oldest_due_at: string | null; readonly oldest_due_seconds: number | null } }
  }
  /** Statistics of an endpoint. */
  readonly getImagesV1WebhooksIdStats: {
    readonly query: { readonly window?: "1h" | "24h" | "7d" | "30d" }
    readonly body: undefined
    readonly result: { readonly window: "1h" | "24h" | "7d" | "30d"; readonly from: string; readonly until: string; readonly step_seconds: number; readonly totals: { readonly attempts: number; readonly attempts_succeeded: number; readonly attempts_failed: number; /** Failed attempts by what went wrong. */ readonly failures: { readonly [name: string]: number }; /** Share of attempts that succeeded, 0 to 1; null when there were none. */ readonly success_rate: number | null; readonly deliveries_succeeded: number; readonly deliveries_dead: number; /** Of attempts, failed ones too; within 5 %. */ readonly latency_ms: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null } }; /** Every step, oldest first; the last is still going on. */ readonly series: readonly ({ readonly attempts: number; readonly attempts_succeeded: number; readonly attempts_failed: number; /** Failed attempts by what went wrong. */ readonly failures: { readonly [name: string]: number }; /** Share of attempts that succeeded, 0 to 1; null when there were none. */ readonly success_rate: number | null; readonly deliveries_succeeded: number; readonly deliveries_dead: number; /** Of attempts, failed ones too; within 5 %. */ readonly latency_ms: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }; readonly at: string })[] }
  }
  /** Read the feed of events, in order. */
  readonly getImagesV1WebhooksEvents: {
    readonly query: { readonly after?: string; readonly types?: string; readonly image_id?: string; readonly limit?: string }
    readonly body: undefined
    readonly result: { readonly events: readonly ({ /** The `webhook-id` of its deliveries. */ readonly id: string; readonly type: string; readonly created: string; /** Behind it the feed goes on after this event. */ readonly cursor: string; /** The body of its webhooks: encoded as UTF-8 it is what is sent and signed, byte for byte; parsed it is the event. */ readonly body: string })[]; /** The cursor to go on from, also when there are no events. */ readonly next: string }
  }
  /** List the event types with their schemas. */
  readonly getImagesV1WebhooksEventTypes: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly event_types: readonly ({ readonly type: "image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted"; readonly description: string; /** JSON Schema (2020-12) of the body. */ readonly schema: { readonly [name: string]: unknown }; readonly sample: { readonly [name: string]: unknown } })[] }
  }
  /** Replay many deliveries of an endpoint, or what it missed. */
  readonly postImagesV1WebhooksIdReplay: {
    readonly query: {  }
    readonly body: { /** Events from this instant on. */ readonly since: string; /** Events before this instant; default now. */ readonly until?: string; /** Which deliveries are put back to pending; default dead. */ readonly state?: "dead" | "succeeded"; /** Instead: events of its types that have no delivery to this endpoint. */ readonly missing?: boolean; /** Only count what it would take. */ readonly dry_run?: boolean }
    readonly result: { readonly id: string; readonly webhook_id: string; readonly selection: "dead" | "succeeded" | "missing"; readonly since: string; readonly until: string; readonly state: "running" | "finished" | "canceled"; /** How much of the time from since to until was gone through, 0 to 1. */ readonly progress: number; /** Deliveries, or events, that were looked at. */ readonly looked_count: number; /** Those of them that are sent (again). */ readonly replayed_count: number; readonly created: string; readonly finished: string | null } | { readonly dry_run: true; /** How many would be sent (again). */ readonly replayed_count: number; readonly looked_count: number; /** False when there was too much to look at: then it is at least that many. */ readonly complete: boolean }
  }
  /** List the replays of an endpoint, newest first. */
  readonly getImagesV1WebhooksIdReplays: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly replays: readonly ({ readonly id: string; readonly webhook_id: string; readonly selection: "dead" | "succeeded" | "missing"; readonly since: string; readonly until: string; readonly state: "running" | "finished" | "canceled"; /** How much of the time from since to until was gone through, 0 to 1. */ readonly progress: number; /** Deliveries, or events, that were looked at. */ readonly looked_count: number; /** Those of them that are sent (again). */ readonly replayed_count: number; readonly created: string; readonly finished: string | null })[] }
  }
  /** Get a replay and how far it is. */
  readonly getImagesV1WebhooksReplaysId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; readonly webhook_id: string; readonly selection: "dead" | "succeeded" | "missing"; readonly since: string; readonly until: string; readonly state: "running" | "finished" | "canceled"; /** How much of the time from since to until was gone through, 0 to 1. */ readonly progress: number; /** Deliveries, or events, that were looked at. */ readonly looked_count: number; /** Those of them that are sent (again). */ readonly replayed_count: number; readonly created: string; readonly finished: string | null }
  }
  /** Cancel a replay. */
  readonly deleteImagesV1WebhooksReplaysId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; readonly webhook_id: string; readonly selection: "dead" | "succeeded" | "missing"; readonly since: string; readonly until: string; readonly state: "running" | "finished" | "canceled"; /** How much of the time from since to until was gone through, 0 to 1. */ readonly progress: number; /** Deliveries, or events, that were looked at. */ readonly looked_count: number; /** Those of them that are sent (again). */ readonly replayed_count: number; readonly created: string; readonly finished: string | null }
  }
  /** List endpoints. */
  readonly getImagesV1Webhooks: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly webhooks: readonly ({ readonly id: string; readonly url: string; readonly events: readonly ("image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted")[]; /** Whether it is sent to: its state is `active`. */ readonly active: boolean; readonly created: string; readonly name: string; /** The one of `PUT …/webhooks`. */ readonly primary: boolean; readonly state: "active" | "paused" | "suspended"; /** Why it is suspended. */ readonly state_reason: string | null; readonly state_since: string; /** Since when every attempt failed; null while the last one succeeded. */ readonly failing_since: string | null; readonly modified: string; /** Names with their values hidden. */ readonly headers: { readonly [name: string]: string }; readonly max_concurrency: number | null; readonly rate_limit: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered: boolean; /** Only where the server made it, once. */ readonly secret?: string })[] }
  }
  /** Create or replace the primary endpoint. */
  readonly putImagesV1Webhooks: {
    readonly query: {  }
    readonly body: { readonly url: string; /** Event types; default `["image.uploaded"]`. */ readonly events?: readonly (string)[]; /** Signs what is sent: `whsec_` and base64, or any text of up to 256 characters. Missing: one is made. */ readonly secret?: string; /** For people. */ readonly name?: string; /** Sent with every attempt; their values are shown to nobody. */ readonly headers?: { readonly [name: string]: string }; /** Most attempts at once; null: as the server sees fit. */ readonly max_concurrency?: number | null; /** Most attempts a second; null: no limit. */ readonly rate_limit?: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds?: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered?: boolean }
    readonly result: { readonly id: string; readonly url: string; readonly events: readonly ("image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted")[]; /** Whether it is sent to: its state is `active`. */ readonly active: boolean; readonly created: string; readonly name: string; /** The one of `PUT …/webhooks`. */ readonly primary: boolean; readonly state: "active" | "paused" | "suspended"; /** Why it is suspended. */ readonly state_reason: string | null; readonly state_since: string; /** Since when every attempt failed; null while the last one succeeded. */ readonly failing_since: string | null; readonly modified: string; /** Names with their values hidden. */ readonly headers: { readonly [name: string]: string }; readonly max_concurrency: number | null; readonly rate_limit: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered: boolean; /** Only where the server made it, once. */ readonly secret?: string }
  }
  /** Add an endpoint. */
  readonly postImagesV1Webhooks: {
    readonly query: {  }
    readonly body: { readonly url: string; /** Event types; default `["image.uploaded"]`. */ readonly events?: readonly (string)[]; /** Signs what is sent: `whsec_` and base64, or any text of up to 256 characters. Missing: one is made. */ readonly secret?: string; /** For people. */ readonly name?: string; /** Sent with every attempt; their values are shown to nobody. */ readonly headers?: { readonly [name: string]: string }; /** Most attempts at once; null: as the server sees fit. */ readonly max_concurrency?: number | null; /** Most attempts a second; null: no limit. */ readonly rate_limit?: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds?: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered?: boolean }
    readonly result: { readonly id: string; readonly url: string; readonly events: readonly ("image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted")[]; /** Whether it is sent to: its state is `active`. */ readonly active: boolean; readonly created: string; readonly name: string; /** The one of `PUT …/webhooks`. */ readonly primary: boolean; readonly state: "active" | "paused" | "suspended"; /** Why it is suspended. */ readonly state_reason: string | null; readonly state_since: string; /** Since when every attempt failed; null while the last one succeeded. */ readonly failing_since: string | null; readonly modified: string; /** Names with their values hidden. */ readonly headers: { readonly [name: string]: string }; readonly max_concurrency: number | null; readonly rate_limit: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered: boolean; /** Only where the server made it, once. */ readonly secret?: string }
  }
  /** Remove the primary endpoint. */
  readonly deleteImagesV1Webhooks: {
    readonly query: {  }
    readonly body: undefined
    readonly result: {  }
  }
  /** Check the fields of an endpoint without storing them. */
  readonly postImagesV1WebhooksCheck: {
    readonly query: {  }
    readonly body: { readonly url?: string; /** false pauses it; true resumes it, a suspended one too. */ readonly active?: boolean; /** Event types; default `["image.uploaded"]`. */ readonly events?: readonly (string)[]; /** Signs what is sent: `whsec_` and base64, or any text of up to 256 characters. Missing: one is made. */ readonly secret?: string; /** For people. */ readonly name?: string; /** Sent with every attempt; their values are shown to nobody. */ readonly headers?: { readonly [name: string]: string }; /** Most attempts at once; null: as the server sees fit. */ readonly max_concurrency?: number | null; /** Most attempts a second; null: no limit. */ readonly rate_limit?: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds?: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered?: boolean }
    readonly result: {  }
  }
  /** List the account's deliveries, newest first. */
  readonly getImagesV1WebhooksDeliveries: {
    readonly query: { readonly state?: "pending" | "succeeded" | "dead" | "canceled"; readonly event?: "image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted"; readonly image_id?: string; readonly since?: string; readonly until?: string; readonly per_page?: string; readonly continuation_token?: string }
    readonly body: undefined
    readonly result: { readonly deliveries: readonly ({ readonly id: string; readonly webhook_id: string; readonly event_id: string; readonly event: string; readonly image_id: string; readonly state: "pending" | "succeeded" | "dead" | "canceled"; /** Why it was given up. */ readonly reason: string | null; readonly attempt_count: number; readonly created: string; /** While it is pending. */ readonly next_attempt_at: string | null; /** Nothing is tried later. */ readonly give_up_at: string; readonly finished: string | null })[]; readonly continuation_token: string | null }
  }
  /** Get a delivery with its attempts. */
  readonly getImagesV1WebhooksDeliveriesId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; readonly webhook_id: string; readonly event_id: string; readonly event: string; readonly image_id: string; readonly state: "pending" | "succeeded" | "dead" | "canceled"; /** Why it was given up. */ readonly reason: string | null; readonly attempt_count: number; readonly created: string; /** While it is pending. */ readonly next_attempt_at: string | null; /** Nothing is tried later. */ readonly give_up_at: string; readonly finished: string | null; /** What happened, why, and what comes next. */ readonly explanation: string; /** The body as it is sent, byte for byte. */ readonly body: string; readonly attempts: readonly ({ readonly id: string; readonly number: number; readonly started: string; /** The address that was connected to. */ readonly address: string | null; readonly status: number | null; readonly error: { readonly kind: string; readonly message: string } | null; readonly duration_ms: number | null; readonly timings: { readonly dns_ms: number | null; readonly connect_ms: number | null; readonly ttfb_ms: number | null; readonly total_ms: number | null }; readonly request: { readonly url: string; readonly headers: { readonly [name: string]: string } }; readonly response: { readonly headers: readonly (readonly [string, string])[]; readonly body: string } | null })[] }
  }
  /** Sign a delivery anew, to try a receiver by hand. */
  readonly postImagesV1WebhooksDeliveriesIdSign: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly url: string; readonly headers: { readonly [name: string]: string }; /** As UTF-8 it is what was signed, byte for byte. */ readonly body: string }
  }
  /** Replay a delivery. */
  readonly postImagesV1WebhooksDeliveriesIdReplay: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; readonly webhook_id: string; readonly event_id: string; readonly event: string; readonly image_id: string; readonly state: "pending" | "succeeded" | "dead" | "canceled"; /** Why it was given up. */ readonly reason: string | null; readonly attempt_count: number; readonly created: string; /** While it is pending. */ readonly next_attempt_at: string | null; /** Nothing is tried later. */ readonly give_up_at: string; readonly finished: string | null; /** What happened, why, and what comes next. */ readonly explanation: string; /** The body as it is sent, byte for byte. */ readonly body: string; readonly attempts: readonly ({ readonly id: string; readonly number: number; readonly started: string; /** The address that was connected to. */ readonly address: string | null; readonly status: number | null; readonly error: { readonly kind: string; readonly message: string } | null; readonly duration_ms: number | null; readonly timings: { readonly dns_ms: number | null; readonly connect_ms: number | null; readonly ttfb_ms: number | null; readonly total_ms: number | null }; readonly request: { readonly url: string; readonly headers: { readonly [name: string]: string } }; readonly response: { readonly headers: readonly (readonly [string, string])[]; readonly body: string } | null })[] }
  }
  /** Explain a delivery. */
  readonly getImagesV1WebhooksDeliveriesIdExplain: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; /** What happened, why, and what comes next, in one paragraph. */ readonly explanation: string }
  }
  /** Explain how an endpoint fares. */
  readonly getImagesV1WebhooksIdExplain: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; /** What happened, why, and what comes next, in one paragraph. */ readonly explanation: string }
  }
  /** Get an endpoint. */
  readonly getImagesV1WebhooksId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; readonly url: string; readonly events: readonly ("image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted")[]; /** Whether it is sent to: its state is `active`. */ readonly active: boolean; readonly created: string; readonly name: string; /** The one of `PUT …/webhooks`. */ readonly primary: boolean; readonly state: "active" | "paused" | "suspended"; /** Why it is suspended. */ readonly state_reason: string | null; readonly state_since: string; /** Since when every attempt failed; null while the last one succeeded. */ readonly failing_since: string | null; readonly modified: string; /** Names with their values hidden. */ readonly headers: { readonly [name: string]: string }; readonly max_concurrency: number | null; readonly rate_limit: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered: boolean; /** Only where the server made it, once. */ readonly secret?: string }
  }
  /** Change an endpoint. */
  readonly patchImagesV1WebhooksId: {
    readonly query: {  }
    readonly body: { readonly url?: string; /** false pauses it; true resumes it, a suspended one too. */ readonly active?: boolean; /** Event types; default `["image.uploaded"]`. */ readonly events?: readonly (string)[]; /** Signs what is sent: `whsec_` and base64, or any text of up to 256 characters. Missing: one is made. */ readonly secret?: string; /** For people. */ readonly name?: string; /** Sent with every attempt; their values are shown to nobody. */ readonly headers?: { readonly [name: string]: string }; /** Most attempts at once; null: as the server sees fit. */ readonly max_concurrency?: number | null; /** Most attempts a second; null: no limit. */ readonly rate_limit?: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds?: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered?: boolean }
    readonly result: { readonly id: string; readonly url: string; readonly events: readonly ("image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted")[]; /** Whether it is sent to: its state is `active`. */ readonly active: boolean; readonly created: string; readonly name: string; /** The one of `PUT …/webhooks`. */ readonly primary: boolean; readonly state: "active" | "paused" | "suspended"; /** Why it is suspended. */ readonly state_reason: string | null; readonly state_since: string; /** Since when every attempt failed; null while the last one succeeded. */ readonly failing_since: string | null; readonly modified: string; /** Names with their values hidden. */ readonly headers: { readonly [name: string]: string }; readonly max_concurrency: number | null; readonly rate_limit: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered: boolean; /** Only where the server made it, once. */ readonly secret?: string }
  }
  /** Remove an endpoint. */
  readonly deleteImagesV1WebhooksId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: {  }
  }
  /** Send a Test and wait for what comes of it. */
  readonly postImagesV1WebhooksIdTest: {
    readonly query: {  }
    readonly body: { readonly event?: "image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted" }
    readonly result: { readonly delivery_id: string; readonly success: boolean; readonly status: number | null; readonly duration_ms: number | null; readonly error: { readonly kind: string; readonly message: string } | null; readonly response_body: string }
  }
  /** Rotate the secret. */
  readonly postImagesV1WebhooksIdSecret: {
    readonly query: {  }
    readonly body: { /** The new one; missing: one is made, and shown once. */ readonly secret?: string; /** How long the old secret keeps signing beside the new one. */ readonly overlap_seconds?: number }
    readonly result: { readonly id: string; readonly url: string; readonly events: readonly ("image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted")[]; /** Whether it is sent to: its state is `active`. */ readonly active: boolean; readonly created: string; readonly name: string; /** The one of `PUT …/webhooks`. */ readonly primary: boolean; readonly state: "active" | "paused" | "suspended"; /** Why it is suspended. */ readonly state_reason: string | null; readonly state_since: string; /** Since when every attempt failed; null while the last one succeeded. */ readonly failing_since: string | null; readonly modified: string; /** Names with their values hidden. */ readonly headers: { readonly [name: string]: string }; readonly max_concurrency: number | null; readonly rate_limit: number | null; /** Of one attempt; null: the server's setting. */ readonly timeout_seconds: number | null; /** Strictly in the order of the feed, one at a time. */ readonly ordered: boolean; /** Only where the server made it, once. */ readonly secret?: string }
  }
  /** List the deliveries of an endpoint, newest first. */
  readonly getImagesV1WebhooksIdDeliveries: {
    readonly query: { readonly state?: "pending" | "succeeded" | "dead" | "canceled"; readonly event?: "image.uploaded" | "image.upload_failed" | "image.updated" | "image.deleted"; readonly image_id?: string; readonly since?: string; readonly until?: string; readonly per_page?: string; readonly continuation_token?: string }
    readonly body: undefined
    readonly result: { readonly deliveries: readonly ({ readonly id: string; readonly webhook_id: string; readonly event_id: string; readonly event: string; readonly image_id: string; readonly state: "pending" | "succeeded" | "dead" | "canceled"; /** Why it was given up. */ readonly reason: string | null; readonly attempt_count: number; readonly created: string; /** While it is pending. */ readonly next_attempt_at: string | null; /** Nothing is tried later. */ readonly give_up_at: string; readonly finished: string | null })[]; readonly continuation_token: string | null }
  }
  /** How old secrets are, and which are shared. */
  readonly getImagesV1WebhooksSecrets: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly secrets: readonly ({ readonly webhook_id: string; readonly created: string; /** From then on it no longer signs; null: it stays. */ readonly expires: string | null; /** false: the master key that sealed it is missing, so it signs nothing. */ readonly readable: boolean; /** Other endpoints of the account with the same secret. */ readonly shared_with: readonly (string)[] })[] }
  }
  /** From where webhooks are sent. */
  readonly getImagesV1WebhooksSender: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** By the clock of this server. */ readonly now: string; /** Whether this process sends; false: others do, whose addresses it does not know. */ readonly sends: boolean; /** Whether all that is sent leaves through a forward proxy, whose address then counts. */ readonly proxied: boolean; /** Addresses of its machine that an endpoint may see; none: they are translated on the way. */ readonly addresses: readonly (string)[] }
  }
  /** Make a direct upload: an address that takes one image without a token. */
  readonly postImagesV1DirectUpload: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** Of the image that will be; it is a draft until then. */ readonly id: string; /** Where one POST of a form with the part `file` fills the image; hand it to a browser. */ readonly uploadURL: string }
  }
  /** Make a direct upload: an address that takes one image without a token. */
  readonly postImagesV2DirectUpload: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** Of the image that will be; it is a draft until then. */ readonly id: string; /** Where one POST of a form with the part `file` fills the image; hand it to a browser. */ readonly uploadURL: string }
  }
  /** List images by pages. */
  readonly getImagesV1: {
    readonly query: { readonly page?: string; readonly per_page?: string; readonly creator?: string }
    readonly body: undefined
    readonly result: { readonly images: readonly ({ /** The id: generated in the form of a UUID, or the custom one. */ readonly id: string; /** As it was sent, or the last part of the `url`; empty while it is a draft. */ readonly filename: string; /** When it was stored; of a draft, when it was announced. */ readonly uploaded: string; /** Whether its variant URLs answer only with a signature. */ readonly requireSignedURLs: boolean; /** A URL for each variant of the account. */ readonly variants: readonly (string)[]; /** The user's own metadata; `{}` when there is none. */ readonly meta: { readonly [name: string]: unknown }; /** Whom the uploader named; missing when nobody. */ readonly creator?: string; /** Only while the bytes of a direct upload have not arrived. */ readonly draft?: true })[]; readonly items: readonly ({ readonly images: readonly ({ /** The id: generated in the form of a UUID, or the custom one. */ readonly id: string; /** As it was sent, or the last part of the `url`; empty while it is a draft. */ readonly filename: string; /** When it was stored; of a draft, when it was announced. */ readonly uploaded: string; /** Whether its variant URLs answer only with a signature. */ readonly requireSignedURLs: boolean; /** A URL for each variant of the account. */ readonly variants: readonly (string)[]; /** The user's own metadata; `{}` when there is none. */ readonly meta: { readonly [name: string]: unknown }; /** Whom the uploader named; missing when nobody. */ readonly creator?: string; /** Only while the bytes of a direct upload have not arrived. */ readonly draft?: true })[] })[] }
  }
  /** Upload an image. */
  readonly postImagesV1: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** The id: generated in the form of a UUID, or the custom one. */ readonly id: string; /** As it was sent, or the last part of the `url`; empty while it is a draft. */ readonly filename: string; /** When it was stored; of a draft, when it was announced. */ readonly uploaded: string; /** Whether its variant URLs answer only with a signature. */ readonly requireSignedURLs: boolean; /** A URL for each variant of the account. */ readonly variants: readonly (string)[]; /** The user's own metadata; `{}` when there is none. */ readonly meta: { readonly [name: string]: unknown }; /** Whom the uploader named; missing when nobody. */ readonly creator?: string; /** Only while the bytes of a direct upload have not arrived. */ readonly draft?: true }
  }
  /** List images by token, filtered by metadata. */
  readonly getImagesV2: {
    readonly query: { readonly continuation_token?: string; readonly per_page?: string; readonly sort_order?: "asc" | "desc"; readonly creator?: string }
    readonly body: undefined
    readonly result: { readonly images: readonly ({ /** The id: generated in the form of a UUID, or the custom one. */ readonly id: string; /** As it was sent, or the last part of the `url`; empty while it is a draft. */ readonly filename: string; /** When it was stored; of a draft, when it was announced. */ readonly uploaded: string; /** Whether its variant URLs answer only with a signature. */ readonly requireSignedURLs: boolean; /** A URL for each variant of the account. */ readonly variants: readonly (string)[]; /** The user's own metadata; `{}` when there is none. */ readonly meta: { readonly [name: string]: unknown }; /** Whom the uploader named; missing when nobody. */ readonly creator?: string; /** Only while the bytes of a direct upload have not arrived. */ readonly draft?: true })[]; /** For the next page; null at the end. */ readonly continuation_token: string | null }
  }
  /** Count the images. */
  readonly getImagesV1Stats: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly count: { /** Stored images. */ readonly current: number; /** A number that clients expect; nothing is refused for it. */ readonly allowed: number } }
  }
  /** Get the settings of serving. */
  readonly getImagesV1Config: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** Whether a variant URL may hold options, such as `w=400`. */ readonly flexible_variants: boolean; /** How long browsers keep an image, in seconds. */ readonly browser_ttl: number; readonly preserve_content_credentials: false }
  }
  /** Change the settings of serving. */
  readonly patchImagesV1Config: {
    readonly query: {  }
    readonly body: { /** Whether a variant URL may hold options, such as `w=400`. */ readonly flexible_variants?: boolean | null; /** How long browsers keep an image, in seconds. */ readonly browser_ttl?: number | null; /** Only `false` is offered. */ readonly preserve_content_credentials?: false | null }
    readonly result: { /** Whether a variant URL may hold options, such as `w=400`. */ readonly flexible_variants: boolean; /** How long browsers keep an image, in seconds. */ readonly browser_ttl: number; readonly preserve_content_credentials: false }
  }
  /** Get a batch token. */
  readonly getImagesV1BatchToken: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** Opens the batch paths, and nothing else. */ readonly token: string; readonly expiresAt: string }
  }
  /** List variants. */
  readonly getImagesV1Variants: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly variants: { readonly [name: string]: { readonly id: string; readonly options: { readonly fit: string; readonly metadata: string; readonly width?: number; readonly height?: number; readonly browser_ttl?: number }; readonly neverRequireSignedURLs: boolean } } }
  }
  /** Create a variant. */
  readonly postImagesV1Variants: {
    readonly query: {  }
    readonly body: { /** The name, up to 99 characters without / and =. */ readonly id: string; readonly options: { /** How the image is brought into the box of width and height. */ readonly fit?: "scale-down" | "contain" | "cover" | "crop" | "pad"; /** Which embedded data survives. */ readonly metadata?: "keep" | "copyright" | "none"; /** Pixels; without it the height decides. */ readonly width?: number | null; /** Pixels; without it the width decides. */ readonly height?: number | null; /** How long browsers keep an image, in seconds; without it the account's setting counts. */ readonly browser_ttl?: number | null }; /** Serves private images too, without a signature. */ readonly neverRequireSignedURLs?: boolean | null }
    readonly result: { readonly variant: { readonly id: string; readonly options: { readonly fit: string; readonly metadata: string; readonly width?: number; readonly height?: number; readonly browser_ttl?: number }; readonly neverRequireSignedURLs: boolean } }
  }
  /** Get a variant. */
  readonly getImagesV1VariantsVariantId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly variant: { readonly id: string; readonly options: { readonly fit: string; readonly metadata: string; readonly width?: number; readonly height?: number; readonly browser_ttl?: number }; readonly neverRequireSignedURLs: boolean } }
  }
  /** Change a variant. */
  readonly patchImagesV1VariantsVariantId: {
    readonly query: {  }
    readonly body: { /** All of them: what is missing has its default. */ readonly options: { /** How the image is brought into the box of width and height. */ readonly fit?: "scale-down" | "contain" | "cover" | "crop" | "pad"; /** Which embedded data survives. */ readonly metadata?: "keep" | "copyright" | "none"; /** Pixels; without it the height decides. */ readonly width?: number | null; /** Pixels; without it the width decides. */ readonly height?: number | null; /** How long browsers keep an image, in seconds; without it the account's setting counts. */ readonly browser_ttl?: number | null }; /** Missing: as it was. */ readonly neverRequireSignedURLs?: boolean | null }
    readonly result: { readonly variant: { readonly id: string; readonly options: { readonly fit: string; readonly metadata: string; readonly width?: number; readonly height?: number; readonly browser_ttl?: number }; readonly neverRequireSignedURLs: boolean } }
  }
  /** Remove a variant. */
  readonly deleteImagesV1VariantsVariantId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: {  }
  }
  /** Get a variant without the frame around it. */
  readonly getImagesV1VariantsVariantIdFlat: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly id: string; readonly options: { readonly fit: string; readonly metadata: string; readonly width?: number; readonly height?: number; readonly browser_ttl?: number }; readonly neverRequireSignedURLs: boolean }
  }
  /** List signing keys. */
  readonly getImagesV1Keys: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly keys: readonly ({ /** Not part of a signed URL: every key of the account is tried. */ readonly name: string; /** Its text, as UTF-8, is the key of the HMAC. */ readonly value: string })[] }
  }
  /** Create a signing key. */
  readonly putImagesV1KeysKeyName: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly keys: readonly ({ /** Not part of a signed URL: every key of the account is tried. */ readonly name: string; /** Its text, as UTF-8, is the key of the HMAC. */ readonly value: string })[] }
  }
  /** Remove a signing key. */
  readonly deleteImagesV1KeysKeyName: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly keys: readonly ({ /** Not part of a signed URL: every key of the account is tried. */ readonly name: string; /** Its text, as UTF-8, is the key of the HMAC. */ readonly value: string })[] }
  }
  /** Take over an image. */
  readonly putImagesImportImagesImageId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { readonly image: { /** The id: generated in the form of a UUID, or the custom one. */ readonly id: string; /** As it was sent, or the last part of the `url`; empty while it is a draft. */ readonly filename: string; /** When it was stored; of a draft, when it was announced. */ readonly uploaded: string; /** Whether its variant URLs answer only with a signature. */ readonly requireSignedURLs: boolean; /** A URL for each variant of the account. */ readonly variants: readonly (string)[]; /** The user's own metadata; `{}` when there is none. */ readonly meta: { readonly [name: string]: unknown }; /** Whom the uploader named; missing when nobody. */ readonly creator?: string; /** Only while the bytes of a direct upload have not arrived. */ readonly draft?: true }; /** False when it was here already, with the same bytes. */ readonly imported: boolean }
  }
  /** Take over a signing key. */
  readonly putImagesImportKeysKeyName: {
    readonly query: {  }
    readonly body: { readonly value: string }
    readonly result: { readonly name: string }
  }
  /** Get an image. */
  readonly getImagesV1ImageId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: { /** The id: generated in the form of a UUID, or the custom one. */ readonly id: string; /** As it was sent, or the last part of the `url`; empty while it is a draft. */ readonly filename: string; /** When it was stored; of a draft, when it was announced. */ readonly uploaded: string; /** Whether its variant URLs answer only with a signature. */ readonly requireSignedURLs: boolean; /** A URL for each variant of the account. */ readonly variants: readonly (string)[]; /** The user's own metadata; `{}` when there is none. */ readonly meta: { readonly [name: string]: unknown }; /** Whom the uploader named; missing when nobody. */ readonly creator?: string; /** Only while the bytes of a direct upload have not arrived. */ readonly draft?: true }
  }
  /** Change an image. */
  readonly patchImagesV1ImageId: {
    readonly query: {  }
    readonly body: { /** Takes the place of all metadata; `{}` clears it. */ readonly metadata?: { readonly [name: string]: unknown } | null; /** Empty clears it. */ readonly creator?: string | null; /** Not with a custom id. */ readonly requireSignedURLs?: boolean | null }
    readonly result: { /** The id: generated in the form of a UUID, or the custom one. */ readonly id: string; /** As it was sent, or the last part of the `url`; empty while it is a draft. */ readonly filename: string; /** When it was stored; of a draft, when it was announced. */ readonly uploaded: string; /** Whether its variant URLs answer only with a signature. */ readonly requireSignedURLs: boolean; /** A URL for each variant of the account. */ readonly variants: readonly (string)[]; /** The user's own metadata; `{}` when there is none. */ readonly meta: { readonly [name: string]: unknown }; /** Whom the uploader named; missing when nobody. */ readonly creator?: string; /** Only while the bytes of a direct upload have not arrived. */ readonly draft?: true }
  }
  /** Remove an image. */
  readonly deleteImagesV1ImageId: {
    readonly query: {  }
    readonly body: undefined
    readonly result: {  }
  }
  /** Get the original bytes. */
  readonly getImagesV1ImageIdBlob: {
    readonly query: {  }
    readonly body: undefined
    readonly result: unknown
  }
}

export type ApiCallName = keyof ApiCalls

/** Method and path of each call, behind `/client/v4/accounts/{account_id}`. */
export const apiPlaces: Readonly<Record<ApiCallName, readonly [method: string, path: string]>> = {
  getTokens: ['GET', '/tokens'],
  postTokens: ['POST', '/tokens'],
  deleteTokensTokenId: ['DELETE', '/tokens/{token_id}'],
  getImagesV1WebhooksStats: ['GET', '/images/v1/webhooks/stats'],
  getImagesV1WebhooksIdStats: ['GET', '/images/v1/webhooks/{id}/stats'],
  getImagesV1WebhooksEvents: ['GET', '/images/v1/webhooks/events'],
  getImagesV1WebhooksEventTypes: ['GET', '/images/v1/webhooks/event-types'],
  postImagesV1WebhooksIdReplay: ['POST', '/images/v1/webhooks/{id}/replay'],
  getImagesV1WebhooksIdReplays: ['GET', '/images/v1/webhooks/{id}/replays'],
  getImagesV1WebhooksReplaysId: ['GET', '/images/v1/webhooks/replays/{id}'],
  deleteImagesV1WebhooksReplaysId: ['DELETE', '/images/v1/webhooks/replays/{id}'],
  getImagesV1Webhooks: ['GET', '/images/v1/webhooks'],
  putImagesV1Webhooks: ['PUT', '/images/v1/webhooks'],
  postImagesV1Webhooks: ['POST', '/images/v1/webhooks'],
  deleteImagesV1Webhooks: ['DELETE', '/images/v1/webhooks'],
  postImagesV1WebhooksCheck: ['POST', '/images/v1/webhooks/check'],
  getImagesV1WebhooksDeliveries: ['GET', '/images/v1/webhooks/deliveries'],
  getImagesV1WebhooksDeliveriesId: ['GET', '/images/v1/webhooks/deliveries/{id}'],
  postImagesV1WebhooksDeliveriesIdSign: ['POST', '/images/v1/webhooks/deliveries/{id}/sign'],
  postImagesV1WebhooksDeliveriesIdReplay: ['POST', '/images/v1/webhooks/deliveries/{id}/replay'],
  getImagesV1WebhooksDeliveriesIdExplain: ['GET', '/images/v1/webhooks/deliveries/{id}/explain'],
  getImagesV1WebhooksIdExplain: ['GET', '/images/v1/webhooks/{id}/explain'],
  getImagesV1WebhooksId: ['GET', '/images/v1/webhooks/{id}'],
  patchImagesV1WebhooksId: ['PATCH', '/images/v1/webhooks/{id}'],
  deleteImagesV1WebhooksId: ['DELETE', '/images/v1/webhooks/{id}'],
  postImagesV1WebhooksIdTest: ['POST', '/images/v1/webhooks/{id}/test'],
  postImagesV1WebhooksIdSecret: ['POST', '/images/v1/webhooks/{id}/secret'],
  getImagesV1WebhooksIdDeliveries: ['GET', '/images/v1/webhooks/{id}/deliveries'],
  getImagesV1WebhooksSecrets: ['GET', '/images/v1/webhooks/secrets'],
  getImagesV1WebhooksSender: ['GET', '/images/v1/webhooks/sender'],
  postImagesV1DirectUpload: ['POST', '/images/v1/direct_upload'],
  postImagesV2DirectUpload: ['POST', '/images/v2/direct_upload'],
  getImagesV1: ['GET', '/images/v1'],
  postImagesV1: ['POST', '/images/v1'],
  getImagesV2: ['GET', '/images/v2'],
  getImagesV1Stats: ['GET', '/images/v1/stats'],
  getImagesV1Config: ['GET', '/images/v1/config'],
  patchImagesV1Config: ['PATCH', '/images/v1/config'],
  getImagesV1BatchToken: ['GET', '/images/v1/batch_token'],
  getImagesV1Variants: ['GET', '/images/v1/variants'],
  postImagesV1Variants: ['POST', '/images/v1/variants'],
  getImagesV1VariantsVariantId: ['GET', '/images/v1/variants/{variant_id}'],
  patchImagesV1VariantsVariantId: ['PATCH', '/images/v1/variants/{variant_id}'],
  deleteImagesV1VariantsVariantId: ['DELETE', '/images/v1/variants/{variant_id}'],
  getImagesV1VariantsVariantIdFlat: ['GET', '/images/v1/variants/{variant_id}/flat'],
  getImagesV1Keys: ['GET', '/images/v1/keys'],
  putImagesV1KeysKeyName: ['PUT', '/images/v1/keys/{key_name}'],
  deleteImagesV1KeysKeyName: ['DELETE', '/images/v1/keys/{key_name}'],
  putImagesImportImagesImageId: ['PUT', '/images/import/images/{image_id}'],
  putImagesImportKeysKeyName: ['PUT', '/images/import/keys/{key_name}'],
  getImagesV1ImageId: ['GET', '/images/v1/{image_id}'],
  patchImagesV1ImageId: ['PATCH', '/images/v1/{image_id}'],
  deleteImagesV1ImageId: ['DELETE', '/images/v1/{image_id}'],
  getImagesV1ImageIdBlob: ['GET', '/images/v1/{image_id}/blob'],
}
