// `frota config REF`, and its two verbs. Validated before anything is written; a running session reloads or restarts.
import { Command } from 'commander'
import { usage } from '../core/errors.js'
import { isStoredFile } from '../core/files.js'
import { didYouMean } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { Cli } from './cli.js'
import { readConfigFile } from './config-file.js'
import { filesFor, fileText } from './config-files.js'

export function configCommands(cli: Cli): Command[] {
  const group = new Command('config')
    .description('a session’s config, defaults included; set and unset change it')
    .argument('<ref>', 'TENANT/NAME')
    .allowExcessArguments()
    .action(async (ref: string, _options: unknown, command: Command) => {
      if (command.args.length > 1) throw notAVerb(ref)
      const [config, session] = [await cli.call('sessions.config', { ref }), await cli.call('sessions.show', { ref })]
      cli.print(config, () => configText(config, session.config))
    })
  group.addCommand(set(cli))
  group.addCommand(unset(cli))
  return [group]
}

function set(cli: Cli): Command {
  return new Command('set')
    .description('change config: key=value…')
    .argument('<ref>')
    .argument('[settings...]', 'key=value')
    .option('--config <file>', 'a JSON file with config values (-: standard input); key=value goes over it')
    .action(async (ref: string, settings: string[], options: { config?: string }) => {
      if (settings.length === 0 && options.config === undefined) {
        throw usage('NOTHING_TO_SET', 'Nothing to set.', `frota config set ${ref} key=value, or --config FILE`)
      }
      const config = options.config === undefined ? undefined : await readConfigFile(options.config)
      const given = await filesFor(cli.call, { ref }, { settings, config })
      const changed = await cli.call('sessions.configSet', { ref, ...given })
      cli.print(changed, () => `Changed the config of ${ref}.`)
    })
}

function unset(cli: Cli): Command {
  return new Command('unset')
    .description('go back to the default: key…')
    .argument('<ref>')
    .argument('<keys...>')
    .action(async (ref: string, keys: string[]) => {
      const changed = await cli.call('sessions.configUnset', { ref, keys })
      cli.print(changed, () => `Changed the config of ${ref}.`)
    })
}

function notAVerb(word: string) {
  const hint =
    didYouMean(word, ['set', 'unset']) || 'frota config REF, config set REF key=value…, config unset REF key…'
  return usage('USAGE', `config has no verb "${word}".`, hint)
}

export function configText(config: JsonObject, given: JsonObject): string {
  const lines = Object.entries(config).map(([key, value]) => {
    const text = isStoredFile(value) ? fileText(value) : typeof value === 'string' ? value : JSON.stringify(value)
    return `${key}=${text}${key in given ? '' : '   (default)'}`
  })
  return lines.length === 0 ? 'Nothing is set.' : lines.join('\n')
}
