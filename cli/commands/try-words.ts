import type { Trial, TriedEntry } from '../../config/trial.ts'
import type { TriedStep } from '../../config/trial-steps.ts'
import { writeJsonText } from '../../transformers/json/codec.ts'
import { prettyJson } from '../pretty-json.ts'
import { plain, plainLines } from '../terminal.ts'
import { bytes, entryWords, short, table } from '../words.ts'

/** A trial for people: a block for each step of the way. */
export function trialLines(trial: Trial, what: string): string[] {
  return [
    `What would happen to ${plain(what)} on route ${trial.route} of ${trial.project} (nothing is sent):`,
    '',
    ...block('read', [readWords(trial)]),
    ...wayLines(trial),
    ...block('answer', answerLines(trial)),
  ]
}

/** The way of a body from its source's schema to its targets, and why it was refused there. */
export function wayLines(trial: Trial): string[] {
  return [
    ...(trial.schema ? block('schema', [`${trial.schema.fits ? 'fits' : 'does not fit'} ${trial.schema.file}`]) : []),
    ...trial.steps.flatMap(step => block('transform', stepLines(step))),
    ...(trial.body === undefined ? [] : block('body', jsonLines(trial.body))),
    ...namedLines('key', trial.key),
    ...namedLines('once', trial.once),
    ...block('route', decisionLines(trial)),
    ...trial.entries.flatMap(entry => block('to', entryLines(entry, trial))),
    ...(trial.filtered === undefined ? [] : block('to', [`nowhere, as the route wants it: ${plain(trial.filtered)}`])),
  ]
}

const LABEL = 11

function block(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL)}${line}`.trimEnd())
}

function indented(lines: readonly string[]): string[] {
  return lines.map(line => `  ${line}`)
}

function readWords({ source, contentType, bytes: size, readable, schema }: Trial): string {
  const words = `${plain(source)}, ${plain(contentType)}, ${bytes(size)}`
  if (!readable) return `${words}: cannot be read`
  return schema ? words : `${words}; the source has no schema`
}

function stepLines({ step, where, rules, headers, body, error }: TriedStep): string[] {
  const rows = (rules ?? []).map(rule => [rule.field, short(rule.rule, 80), outcome(rule)])
  const changes = Object.entries(headers ?? {}).map(([name, value]) => `header ${plain(name)}: ${short(value)}`)
  const nothing = !rules && !headers && !error && body === undefined ? ['lets it through as it is'] : []
  return [
    `${short(step)}  (${where})`,
    ...indented(rows.length > 0 ? table(['field', 'rule', 'value'], rows) : []),
    ...indented(changes),
    ...indented(nothing),
    ...indented(error === undefined ? [] : [rules ? 'refuses the message' : `refuses the message: ${short(error, 400)}`]),
  ]
}

function outcome({ value, missing, error, edge }: NonNullable<TriedStep['rules']>[number]): string {
  const shown = value === undefined ? '' : short(writeJsonText(value), 80)
  const words = [error === undefined ? '' : `FAILS: ${error}`, shown, missing === undefined ? '' : `(${missing})`]
  return [...words, edge === undefined ? '' : `(edge: ${edge})`].filter(word => word !== '').join(' ')
}

function namedLines(label: string, named: Trial['key']): string[] {
  return named ? block(label, [`${named.value === undefined ? 'none' : plain(named.value)}  (${plain(named.rule)})`]) : []
}

function decisionLines({ decisions, entries, filtered }: Trial): string[] {
  if (decisions.length > 0) {
    const rows = decisions.map(({ holds, when, place, where, error }) => {
      return [error === undefined ? (holds ? 'yes' : 'no') : 'fails', short(when, 100), place, where]
    })
    return table(['holds', 'condition', 'place', ''], rows)
  }
  return entries.length > 0 || filtered !== undefined ? ['no condition is asked'] : []
}

function entryLines({ entry, target, chosen, where, steps, params, headers, body }: TriedEntry, { body: common }: Trial): string[] {
  const path = Object.entries(params ?? {}).map(([name, value]) => `path :${plain(name)} is ${short(value)}`)
  const set = Object.entries(headers ?? {}).map(([name, value]) => `header ${plain(name)}: ${short(value)}`)
  return [
    `${entryWords(entry, target)}${chosen === undefined ? '' : `, chosen by ${chosen}`}  (${where})`,
    ...indented(steps.flatMap(stepLines)),
    ...indented([...path, ...set]),
    ...indented(body === undefined ? [] : body === common ? ['gets the body above'] : ['gets', ...indented(jsonLines(body))]),
  ]
}

function jsonLines(body: unknown): string[] {
  return plainLines(typeof body === 'string' ? body.slice(0, 4_096) : prettyJson(body)).split('\n')
}

function answerLines(trial: Trial): string[] {
  const { answer, filtered, decisions } = trial
  const { status, code, detail = '', where, fault, body, steps = [] } = answer
  if (fault) return faultLines(answer, fault)
  if (code === undefined) {
    if (status === 202) return [`202 ${filtered === undefined ? 'accepted' : 'accepted, and kept as filtered'}`]
    return [String(status), ...indented(steps.flatMap(stepLines)), ...(body === undefined ? [] : indented(jsonLines(body)))]
  }
  const failed = decisions.find(({ error }) => error !== undefined)
  return [
    `${status} ${code}${where === undefined ? '' : `  (${where}${failed ? `, ${failed.place}` : ''})`}`,
    ...indented([plain(detail)]),
    ...placeLines(body),
  ]
}

function faultLines(
  { status, code, detail = '', body, steps = [] }: Trial['answer'],
  fault: NonNullable<Trial['answer']['fault']>,
): string[] {
  return [
    `${status} fault ${plain(fault.name || fault.code)}: ${plain(fault.text)}`,
    ...indented([`made of ${code}: ${plain(detail)}`]),
    ...indented(steps.flatMap(stepLines)),
    ...(body === undefined ? [] : indented(jsonLines(body))),
  ]
}

/** The places in the body, where there are more than the detail says. */
function placeLines(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors) || body.errors.length < 2) return []
  return indented(body.errors.map(({ pointer, line, column, message }: Fault) => plain(`${pointer ?? `${line}:${column}`} ${message}`)))
}

interface Fault {
  readonly pointer?: string
  readonly line?: number
  readonly column?: number
  readonly message: string
}
