/** What an operator is told of an endpoint without having asked. */
export const announcementKinds = ['endpoint.failing', 'endpoint.suspended', 'delivery.dead'] as const

export type AnnouncementKind = (typeof announcementKinds)[number]

/** What is known when it happens, for the one who reads of it; instants in milliseconds. */
export type AnnouncementDetails = {
  /** Why, in words: of a suspension its reason, of a failing endpoint its last failure. */
  readonly reason?: string
  readonly failingSince?: number
  /** When the endpoint will be suspended if it fails on. */
  readonly suspendsAt?: number
  /** A delivery it happened to: the last one, where they are counted. */
  readonly deliveryId?: string
}

/** What happened, once or many times, to one endpoint. */
export type Announcement = {
  readonly id: string
  readonly kind: AnnouncementKind
  readonly endpointId: string
  readonly accountId: string
  /** How often it happened; of `delivery.dead` the number of deliveries. */
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  /** Of the last time. */
  readonly details: AnnouncementDetails
}
