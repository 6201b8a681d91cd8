import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { benches } from '../../bench/benches.ts'
import { readNotes, renderPage } from '../../bench/report.ts'
import { readResults, resultsFile, thisMachine } from '../../bench/result.ts'
import { root } from '../support/root.ts'

describe('docs/performance.md', () => {
  it('is what the results make (npm run bench -- --render)', () => {
    const page = readFileSync(join(root, 'docs', 'performance.md'), 'utf8')
    expect(page === renderPage(readResults(resultsFile), benches, readNotes())).to.equal(true)
  })

  it('says what was measured, what was wanted, and whether it holds', () => {
    const finding = {
      measuredAt: '2026-01-02T03:04:05Z',
      commit: 'abc',
      seconds: 8,
      rounds: 3,
      rows: [{ name: 'embedded', values: { rate: 8_000.4, cpuMs: 0.1 } }],
      claims: [
        { what: 'rate', value: 1.25, atLeast: 1 },
        { what: 'memory', value: 260, unit: 'MB' as const, atMost: 250 },
      ],
      notes: ['camel was left out: no JDK'],
    }
    const page = renderPage({ machine: thisMachine(), findings: { embedded: finding } }, benches, '## What moved the numbers')
    for (const line of [
      '| rate | 1.25 | at least 1 | yes |',
      '| memory | 260 MB | at most 250 MB | no |',
      '| embedded | 8,000 | 0.1000 |',
      'Medians of 3 rounds of 8 s of load, 2026-01-02, commit abc.',
      '- camel was left out: no JDK',
      '## What moved the numbers',
    ]) {
      expect(page.split('\n')).to.include(line)
    }
  })
})
