// What the operator gives to host services: sealed, and of no tenant.
import type { AuditEntry } from './audit.js'
import { date, type Row, text, type WriteRow } from './columns.js'

export interface OperatorSecret {
  name: string
  sealed: string
  last4: string
  fingerprint: string
  updatedAt: Date
}

export interface OperatorSecrets {
  /** By name. */
  operatorSecrets(): Promise<OperatorSecret[]>
  putOperatorSecret(secret: OperatorSecret, audit?: AuditEntry): Promise<void>
  /** False when there was none: then nothing is told either. */
  removeOperatorSecret(name: string, audit?: AuditEntry): Promise<boolean>
}

export const operatorSecretToRow = (secret: OperatorSecret): WriteRow => ({
  name: secret.name,
  sealed: secret.sealed,
  last4: secret.last4,
  fingerprint: secret.fingerprint,
  updated_at: secret.updatedAt.toISOString(),
})

export const rowToOperatorSecret = (row: Row): OperatorSecret => ({
  name: text(row, 'name'),
  sealed: text(row, 'sealed'),
  last4: text(row, 'last4'),
  fingerprint: text(row, 'fingerprint'),
  updatedAt: date(row, 'updated_at'),
})
