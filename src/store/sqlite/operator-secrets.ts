// What the operator gives to host services.
import {
  type OperatorSecret,
  type OperatorSecrets,
  operatorSecretToRow,
  rowToOperatorSecret,
} from '../operator-secrets.js'
import { tell } from './audit.js'
import type { Database, Sql } from './database.js'

export const readOperatorSecrets = (sql: Sql): OperatorSecret[] =>
  sql.all('select * from operator_secrets order by name').map(rowToOperatorSecret)

export function operatorSecrets(db: Database): OperatorSecrets {
  return {
    operatorSecrets: () => db.read(readOperatorSecrets),
    putOperatorSecret: (secret, audit) =>
      db.write((sql) => {
        sql.run(
          `insert into operator_secrets (name, sealed, last4, fingerprint, updated_at)
           values (:name, :sealed, :last4, :fingerprint, :updated_at)
           on conflict (name) do update
           set sealed = :sealed, last4 = :last4, fingerprint = :fingerprint, updated_at = :updated_at`,
          operatorSecretToRow(secret),
        )
        tell(sql, null, audit)
      }),
    removeOperatorSecret: (name, audit) =>
      db.write((sql) => {
        const removed = sql.run('delete from operator_secrets where name = :name', { name })
        if (removed > 0) tell(sql, null, audit)
        return removed > 0
      }),
  }
}
