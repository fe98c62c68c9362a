/** @module What a receiver's tests need: signed requests, events, and the suites for receivers and inboxes. */
export { type ContractCase, type ContractTarget, receiverContract } from './contract/contract.ts'
export { freshEvent, type FreshEventOptions } from './contract/fresh-event.ts'
export { type SignedRequest, signRequest } from './contract/sign-request.ts'
export { type InboxCase, inboxConformance, type OpenInbox } from './inboxes/conformance.ts'
