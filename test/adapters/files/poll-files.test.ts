import { expect } from 'chai'
import type { PlacedFile } from '../../../adapters/files/place.ts'
import { readyFiles, sightOf, wanted } from '../../../adapters/files/poll-files.ts'
import { type PollOptions, pollOptions } from '../../../adapters/files/poll-options.ts'
import { resolveOptions } from '../../../gateway/options.ts'

function optionsOf(given: Readonly<Record<string, unknown>> = {}): PollOptions {
  return { ...resolveOptions({ type: 'object', properties: pollOptions }, { folder: 'x', ...given }), folder: '' }
}

function fileOf(path: string, bytes = 1, modifiedAt = 1_000): PlacedFile {
  return { path, bytes, modifiedAt }
}

const NOW = 100_000
const paths = (files: readonly PlacedFile[]) => files.map(({ path }) => path)
const seenOf = (...files: PlacedFile[]) => new Map(files.map(file => [file.path, sightOf(file)]))

describe('files that a poller wants', () => {
  const cases: readonly [string, Readonly<Record<string, unknown>>, readonly string[], readonly string[]][] = [
    ['all, but those with a dot', {}, ['a.csv', 'b'], ['.a.csv', '.a.csv.0123abcd.1234567890123.claimed']],
    ['by a glob', { files: '*.csv' }, ['a.csv'], ['a.csv.tmp', 'a.CSV', 'b.xml']],
    ['by several globs', { files: ['*.csv', 'order-[0-9]*'] }, ['a.csv', 'order-12.xml'], ['order-x.xml']],
    ['none below, unless told', {}, ['a'], ['deep/a', 'done/a', 'error/a']],
    ['those below, without its own folders', { recursive: true }, ['a', 'deep/er/a'], ['done/a', 'error/a', 'deep/.a']],
    ['by a glob of folders', { recursive: true, files: 'in-*/*.csv' }, ['in-1/a.csv'], ['a.csv', 'out/a.csv', 'in-1/x/a.csv']],
    ['without done-files', { ready: 'done-file' }, ['a.csv'], ['a.csv.done']],
  ]
  for (const [name, options, yes, no] of cases)
    it(name, () => {
      const wants = wanted(optionsOf(options))
      expect(yes.filter(path => !wants(path))).to.deep.equal([])
      expect(no.filter(wants)).to.deep.equal([])
    })
})

describe('files that are ready', () => {
  it('stand still in two looks', () => {
    const [still, grows, touched, fresh] = [fileOf('a'), fileOf('b', 2), fileOf('c', 1, 2_000), fileOf('d')]
    const seen = seenOf(still, fileOf('b', 1), fileOf('c', 1, 1_000))
    expect(paths(readyFiles([still, grows, touched, fresh], optionsOf(), seen, NOW))).to.deep.equal(['a'])
  })

  it('have a done-file', () => {
    const all = [fileOf('a'), fileOf('a.done', 0), fileOf('b'), fileOf('c.done', 0)]
    expect(paths(readyFiles(all, optionsOf({ ready: 'done-file' }), new Map(), NOW))).to.deep.equal(['a'])
  })

  it('have an age', () => {
    const all = [fileOf('old', 1, NOW - 60_000), fileOf('young', 1, NOW - 59_999), fileOf('of tomorrow', 1, NOW + 1)]
    expect(paths(readyFiles(all, optionsOf({ ready: 'age', age: '1m' }), new Map(), NOW))).to.deep.equal(['old'])
  })

  it('come in the order that is asked for', () => {
    const all = [fileOf('b', 1, 3), fileOf('a', 1, 2), fileOf('c', 1, 1), fileOf('d', 1, 3)]
    const sorted = (sort: string) => paths(readyFiles(all, optionsOf({ sort }), seenOf(...all), NOW)).join('')
    expect([sorted('name'), sorted('oldest'), sorted('newest')]).to.deep.equal(['abcd', 'cabd', 'bdac'])
  })
})
