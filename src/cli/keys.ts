// The master key: made once, and looked at without ever being shown.
import { Command } from 'commander'
import { UserError } from '../core/errors.js'
import type { Cli } from './cli.js'

export function keyCommands(cli: Cli): Command[] {
  const group = new Command('key').description('the master key that all secrets are sealed with')
  group
    .command('new')
    .description('make a key file; an existing one is never replaced')
    .action(() => newKey(cli))
  group
    .command('check')
    .description('whether the key is there and is the store’s')
    .action(() => checkKey(cli))
  return [group]
}

async function newKey(cli: Cli) {
  const config = cli.doors.config()
  const [{ ensureHome }, { newKeyFile }, { openVaultOffline }] = await Promise.all([
    import('../config/home.js'),
    import('../vault/master-key.js'),
    import('../vault/vault.js'),
  ])
  const { masterKey } = config
  if (masterKey !== null && 'value' in masterKey) {
    throw new UserError(
      'KEY_IN_ENVIRONMENT',
      'FROTA_MASTER_KEY is set: a key file would not be used.',
      'unset it first',
    )
  }
  ensureHome(config)
  const file = masterKey?.file ?? config.paths.keyFile
  const store = await (await cli.doors.admin()).openStore()
  try {
    if ((await store.schema()).current > 0 && (await store.keyCheck()) !== undefined) {
      throw new UserError(
        'KEY_IN_USE',
        'This store’s secrets are sealed with a key already: a new one could open none of them.',
        `put that key back into ${file}; frota key check`,
      )
    }
  } finally {
    await store.close()
  }
  newKeyFile(file)
  const keyId = openVaultOffline({ masterKey, keyFile: config.paths.keyFile })?.keyId ?? null
  cli.print({ file, keyId }, () => `Made ${file} (key ${keyId}).`)
  cli.note('Keep a copy of it somewhere else: without it the secrets in the store are lost.')
}

async function checkKey(cli: Cli) {
  const config = cli.doors.config()
  const [{ throwIfHomeNotOurs }, { openVaultOffline }] = await Promise.all([
    import('../config/home.js'),
    import('../vault/vault.js'),
  ])
  throwIfHomeNotOurs(config)
  const from = describe(config)
  const offline = openVaultOffline({ masterKey: config.masterKey, keyFile: config.paths.keyFile })
  const admin = await cli.doors.admin()
  const store = await admin.openStore()
  try {
    const sealed = (await store.schema()).current > 0 && (await store.keyCheck()) !== undefined
    if (!offline && !sealed) {
      throw new UserError(
        'NO_KEY',
        `There is no master key in ${from} yet.`,
        'the first secret makes it, or frota key new',
      )
    }
    // Opening would make what is missing: this only looks.
    const keyId = sealed ? (await admin.openVault(store)).keyId : offline?.keyId
    const words = sealed ? 'it opens this store’s secrets' : 'this store holds nothing sealed yet'
    cli.print({ keyId, from, store: store.driver, inUse: sealed }, () => `Key ${keyId} in ${from}: ${words}.`)
  } finally {
    await store.close()
  }
}

function describe({ masterKey, paths }: ReturnType<Cli['doors']['config']>): string {
  if (masterKey === null) return paths.keyFile
  return 'file' in masterKey ? masterKey.file : 'FROTA_MASTER_KEY'
}
