import type { RecordsTrial } from '../../config/trial-records.ts'
import { plain } from '../terminal.ts'
import { recordWords, short } from '../words.ts'
import { wayLines } from './try-words.ts'

/** Rejects that people are told of. */
const TOLD = 100

/** A trial of records for people: counts, what is wrong, then the first ones step by step. */
export function recordsLines(trial: RecordsTrial, what: string): string[] {
  const { first, rejects, error } = trial
  return [
    `What would happen to ${plain(what)} on route ${trial.route} of ${trial.project} (nothing is sent):`,
    '',
    `${plain(trial.source)}, ${plain(trial.contentType)}`,
    countWords(trial),
    ...(error ? [`the rest cannot be read: ${error.code} ${short(error.detail, 400)}`] : []),
    ...(rejects.length > 0 || error ? [POLICIES[trial.policy]] : []),
    ...rejects.slice(0, TOLD).map(one => `  ${recordWords(one)}: ${one.code} ${short(one.detail, 400)}`),
    ...(rejects.length > TOLD ? [`  and ${told(trial.counts.rejected - TOLD)} more; --json gives the first 1,000`] : []),
    ...first.flatMap(one => ['', recordWords(one), ...wayLines(one.trial)]),
  ]
}

function countWords({ counts, complete, error }: RecordsTrial): string {
  const { read, accepted, filtered, rejected } = counts
  const kept = filtered > 0 ? `, ${told(filtered)} kept as filtered` : ''
  const more = complete || error ? '' : '; it reads no further: --all reads all of it'
  return `records: ${told(read)} read, ${told(accepted)} accepted${kept}, ${told(rejected)} rejected${more}`
}

const POLICIES: Readonly<Record<RecordsTrial['policy'], string>> = {
  'go-on': 'the others are accepted all the same:',
  stop: 'the others are accepted until the route stops at its rejects:',
  'all-or-nothing': 'so nothing of it is accepted:',
}

function told(count: number): string {
  return count.toLocaleString('en-US')
}
