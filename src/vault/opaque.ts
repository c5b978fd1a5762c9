// What stands for a session in addresses that the world outside is given. It tells nothing of whose it is, cannot be
// guessed, and is the same in every home of one master key: a session that moves keeps its addresses.
import { createHmac } from 'node:crypto'
import type { Vault } from './vault.js'

export function opaqueNames(vault: Pick<Vault, 'subkey'>): (id: string) => string {
  const key = vault.subkey('names in public addresses')
  return (id) => createHmac('sha256', key).update(id).digest('base64url')
}
