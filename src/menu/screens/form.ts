// The form as a screen: every field a line; choosing one asks for it; a refusal stands beside the field it names.

import { messageOf } from '../../core/errors.js'
import { isStoredFile } from '../../core/files.js'
import type { JsonObject } from '../../core/json.js'
import { plain } from '../../core/plain-text.js'
import type { Field } from '../../kinds/config.js'
import type { Menu } from '../context.js'
import { type Form, formLine, missing, readProblems, shownValue, take, textOf } from '../form.js'
import { messages as m } from '../messages.js'
import { AROUND_CHOICE, BACK, type Line } from '../prompts.js'

const SAVE = '!save'

/** True when `save` took it; false when the person went back. */
export async function fillForm(
  menu: Menu,
  crumbs: string[],
  form: Form,
  saveWord: string,
  save: (values: JsonObject) => Promise<unknown>,
): Promise<boolean> {
  let active = missing(form)[0]?.key ?? SAVE
  for (;;) {
    const columns = menu.terminal.size().columns - AROUND_CHOICE
    const choices: Line<string>[] = form.fields.map((field) => {
      return { value: field.key, name: formLine(form, field, columns), help: helpOf(form, field) }
    })
    if (choices.length > 0) choices.push('line')
    choices.push({ value: SAVE, name: saveWord })
    const lines = () => (form.fields.length === 0 ? [m.form.noFields] : [])
    const answer = await menu.ask.select({ crumbs, lines }, { choices, active, hint: m.hint.form })
    if (answer === BACK) return false
    active = answer
    const field = form.fields.find(({ key }) => key === answer)
    if (field) {
      if (await askField(menu, crumbs, form, field)) active = next(form, field)
    } else if (await trySave(menu, crumbs, form, save)) return true
    else active = form.fields.find(({ key }) => form.problems[key] !== undefined)?.key ?? SAVE
  }
}

/** From the first missing one to the last line. */
const next = (form: Form, field: Field) => {
  const rest = form.fields.slice(form.fields.indexOf(field) + 1)
  const open = missing(form)
  return rest.find((later) => open.includes(later))?.key ?? open[0]?.key ?? rest[0]?.key ?? SAVE
}

async function trySave(menu: Menu, crumbs: string[], form: Form, save: (values: JsonObject) => Promise<unknown>) {
  const open = missing(form)
  if (open.length > 0) {
    menu.tellError(new Error(m.form.missing(open.map(({ key }) => key).join(', '))))
    return false
  }
  form.problems = {}
  let refusal: unknown
  const saved = await menu.attempt(crumbs, async () => {
    try {
      await save(form.values)
      return true
    } catch (thrown) {
      refusal = thrown
      throw thrown
    }
  })
  if (refusal === undefined) return saved === true
  const { problems, rest } = readProblems(messageOf(refusal), form.fields)
  form.problems = problems
  if (Object.keys(problems).length > 0) menu.tellError(new Error(rest || m.form.refused))
  return false
}

/** True when it was answered. */
async function askField(menu: Menu, crumbs: string[], form: Form, field: Field): Promise<boolean> {
  const page = { crumbs: [...crumbs, field.key] }
  const set = form.values[field.key]
  const hasLines = typeof set === 'string' && set.includes('\n')
  const help = [plain(field.help), problemOf(form, field), emptyMeans(field), hasLines ? m.form.newLine : '']
    .filter(Boolean)
    .join('. ')
    .replaceAll('..', '.')
  const message = field.key
  if (field.type === 'boolean' || field.type === 'choice') {
    const choices = field.type === 'boolean' ? [m.yes, m.no] : field.choices
    const unset = field.required || field.default !== undefined ? [] : [m.form.unset]
    const shown = form.values[field.key] ?? field.default
    const value = shown === undefined ? {} : { value: textOf(shown) }
    const answer = await menu.ask.choice(page, {
      message,
      help: plain(field.help),
      choices: [...choices, ...unset],
      ...value,
    })
    if (answer === BACK) return false
    const typed =
      answer === m.form.unset && unset.length > 0 ? '' : field.type === 'boolean' ? String(answer === m.yes) : answer
    take(form, field, typed)
    return true
  }
  // A file that is there is kept by its name; another one is a path.
  const typed = typeof set === 'string' ? set : isStoredFile(set) ? set.name : JSON.stringify(set)
  const meant = (text: string) => (hasLines ? text.replaceAll('\\n', '\n') : text)
  const options = {
    message,
    help,
    ...(set !== undefined && { value: typed.replaceAll('\n', '\\n') }),
    check: (text: string) => take({ ...form, values: {}, problems: {} }, field, meant(text)),
  }
  const answer = field.type === 'number' ? await menu.ask.number(page, options) : await menu.ask.text(page, options)
  if (answer === BACK) return false
  if (isStoredFile(set) && answer === set.name) return true
  take(form, field, answer === null ? '' : meant(String(answer)))
  return true
}

function emptyMeans(field: Field): string {
  if (field.type === 'boolean' || field.type === 'choice') return ''
  const json = field.type === 'json' ? `${m.form.json} ` : ''
  if (field.default !== undefined && field.default !== '') return json + m.form.defaultIs(textOf(field.default))
  return field.required ? json.trim() : json + m.form.empty
}

const problemOf = (form: Form, field: Field) => plain(form.problems[field.key] ?? '')

function helpOf(form: Form, field: Field): string {
  const problem = problemOf(form, field)
  if (problem !== '') return `✗ ${problem}`
  const help = plain(field.help)
  const value = shownValue(form, field)
  return value.length > 40 ? `${help}: ${value}` : help
}
