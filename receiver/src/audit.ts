/** @module Audit records that are kept, and counted. */
export { auditAll, type AuditCount, countAudit, onError } from './audit/count-audit.ts'
export { type AuditPage, type AuditStore, createAuditStore, keepAudit, type KeptAudit } from './audit/keep-audit.ts'
export type { AuditHook, AuditRecord } from './pipeline/audit.ts'
