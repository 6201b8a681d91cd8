import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { claimPath, sourceInstance } from '../../../adapters/files/claims.ts'
import { localPlace } from '../../../adapters/files/local-place.ts'
import type { Place } from '../../../adapters/files/place.ts'
import { pollOptions } from '../../../adapters/files/poll-options.ts'
import { type Poller, startPoller } from '../../../adapters/files/poller.ts'
import { createBodies } from '../../../gateway/bodies.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import { bindingOf } from '../../support/binding.ts'
import { createRecorder, type Recorder } from '../../support/recorder.ts'
import { until } from '../../support/until.ts'

const OTHER = '0123abcd'

describe('a poller', () => {
  let dir: string
  let recorder: Recorder
  let pollers: Poller[]
  let logged: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[]
  const positions = new Map<string, string>()

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'waybill-poller-'))
    mkdirSync(join(dir, 'in'))
    ;[recorder, pollers, logged] = [createRecorder(), [], []]
    positions.clear()
  })
  afterEach(async () => {
    await Promise.all(pollers.map(poller => poller.stop()))
    rmSync(dir, { recursive: true, force: true })
  })

  const drop = (name: string, text = name) => writeFileSync(join(dir, 'in', name), text)
  const there = (folder = '') => (existsSync(join(dir, 'in', folder)) ? readdirSync(join(dir, 'in', folder)).sort() : [])
  const accepted = () => recorder.accepted.map(({ meta }) => Object(meta.file).name)

  function start(given: Readonly<Record<string, unknown>> = {}, change: (place: Place) => Place = place => place): void {
    const options = resolveOptions({ type: 'object', properties: pollOptions }, { folder: 'in', every: '20ms', ...given })
    const log = (event: string, fields = {}) => logged.push({ event, fields })
    const keep: Recorder['gateway']['accept'] = async (messages, position) => {
      const receipts = await recorder.gateway.accept(messages)
      if (position) positions.set(position.source, position.value)
      return receipts
    }
    pollers.push(
      startPoller({
        binding: bindingOf('file in'),
        options: { ...options, folder: '' },
        openPlace: async () => change(localPlace(join(dir, 'in'))),
        gateway: {
          accept: keep,
          bodies: createBodies(join(dir, 'bodies'), { minFreeBytes: 0 }),
          positions: async all => all.map(one => positions.get(one)),
        },
        instance: 'a gateway',
        incoming: join(dir, 'incoming'),
        minFreeBytes: 0,
        log: { debug: log, info: log, warn: log, error: log },
      }),
    )
  }

  it('takes each file once, and moves it', async () => {
    for (const name of ['b', 'a', 'c']) drop(name)
    start()
    await until('all are moved', () => there('done').length === 3)
    expect(accepted()).to.deep.equal(['a', 'b', 'c'])
    expect(there()).to.deep.equal(['done'])
    drop('a', 'another')
    await until('the second of its name is moved', () => there('done').length === 4)
    expect(there('done').filter(name => name.startsWith('a'))).to.have.length(2)
  })

  it('waits for one that grows', async () => {
    drop('a', '1')
    let looks = 0
    const grow = () => {
      if (++looks < 5) drop('a', '1'.repeat(looks + 1))
    }
    start({}, place => seen(place, { list: grow }))
    await until('it is taken', () => accepted().length === 1)
    expect(recorder.accepted[0]?.stored?.bytes).to.equal(5)
  })

  it('goes on from the byte where a download broke', async () => {
    drop('large', 'x'.repeat(1_000_000))
    const reads: number[] = []
    const first = (place: Place): Place => ({
      ...place,
      read: (path, from) => (reads.length === 1 ? broken(place.read(path, from)) : place.read(path, from)),
    })
    start({}, place => seen(first(place), { read: from => reads.push(from) }))
    await until('it is taken', () => accepted().length === 1)
    expect(reads[0]).to.equal(0)
    expect(reads[1]).to.be.above(0).and.below(1_000_000)
    expect(recorder.accepted[0]?.stored?.bytes).to.equal(1_000_000)
    expect(readdirSync(join(dir, 'incoming'))).to.deep.equal([])
  })

  it('takes no file that changed while it was read', async () => {
    drop('a', 'first')
    let changed = false
    start({ after: 'keep' }, place => ({
      ...place,
      async *read(path, from) {
        yield* place.read(path, from)
        if (changed) return
        changed = true
        drop('a', 'other')
        utimesSync(join(dir, 'in/a'), 1_000, 1_000)
      },
    }))
    await until('it is taken', () => accepted().length === 1)
    expect(logged.some(({ event, fields }) => event === 'file-refused' && /has changed/.test(String(fields.detail)))).to.equal(true)
    expect(recorder.accepted[0]?.stored?.sha256).to.equal(createHash('sha256').update('other').digest('hex'))
  })

  it('puts what can never be accepted aside with its reason, and takes the others', async () => {
    recorder.onAccept = ({ meta }) => {
      if (Object(meta.file).name === 'bad') throw new GatewayError('NOT_READABLE', 'line 3 is torn')
      return undefined
    }
    for (const name of ['a', 'bad', 'c']) drop(name)
    start()
    await until('all went', () => there('done').length === 2 && there('error').length === 2)
    expect(there('error')).to.deep.equal(['bad', 'bad.err'])
    expect(JSON.parse(readFileSync(join(dir, 'in/error/bad.err'), 'utf8'))).to.include({
      code: 'NOT_READABLE',
      detail: 'line 3 is torn',
      file: 'bad',
    })
  })

  it('leaves what cannot be accepted now where it lies, and tries again', async () => {
    let full = true
    recorder.onAccept = () => {
      if (full) throw new GatewayError('OVERLOADED', 'full')
      return undefined
    }
    drop('a')
    start()
    await until('it was refused', () => logged.some(({ event }) => event === 'poll-failed'))
    expect(there()).to.deep.equal(['a'])
    full = false
    await until('it is moved', () => there('done').length === 1)
    expect(accepted()).to.deep.equal(['a'])
  })

  it('lets one file that fails again and again hold up no others', async () => {
    for (const name of ['a', 'b', 'c']) drop(name)
    start({}, place => ({
      ...place,
      read: (path, from) => (path.includes('.a.') ? broken(place.read(path, from), 0) : place.read(path, from)),
    }))
    await until('the others are moved', () => there('done').length === 2)
    expect(accepted()).to.deep.equal(['b', 'c'])
  })

  it('never refuses a file that it has accepted, where it cannot be moved', async () => {
    drop('a')
    writeFileSync(join(dir, 'in/done'), 'a file where a folder should be')
    start({ files: 'a' })
    await until('moving failed', () => logged.some(({ event }) => event === 'poll-failed'))
    expect(there('error')).to.deep.equal([])
    rmSync(join(dir, 'in/done'))
    await until('it is moved', () => there('done').length === 1)
  })

  it('goes on with its own claims after a crash, and leaves those of other sources alone', async () => {
    const own = sourceInstance('a gateway', 'file in')
    drop(claimPath('a', own, Date.now()), 'a')
    drop(claimPath('b', sourceInstance('a gateway', 'file other'), Date.now()), 'b')
    drop(claimPath('c.xml', own, Date.now()), 'c')
    start({ files: '[ab]' })
    await until('its own is moved', () => there('done').length === 1)
    drop('b2')
    expect(accepted()).to.deep.equal(['a'])
    expect(there().filter(name => name.endsWith('.claimed'))).to.have.length(2)
  })

  it('takes over a claim that stands still, by its own clock, and none that is renewed', async () => {
    const old = Date.parse('2020-01-01')
    drop(claimPath('left', OTHER, old), 'left')
    let renewed = 'busy'
    let at = old
    drop(claimPath('busy', OTHER, at), 'busy')
    start({ takeOver: '300ms' }, place => ({
      ...place,
      async list(...args) {
        renewed = claimPath('busy', OTHER, at)
        at += 1_000
        await place.rename(renewed, claimPath('busy', OTHER, at), true)
        return place.list(...args)
      },
    }))
    const begun = performance.now()
    await until('the one that stands still is moved', () => there('done').length === 1)
    expect(performance.now() - begun).to.be.above(290)
    expect(accepted()).to.deep.equal(['left'])
  })

  it('renews its own claim while it reads', async () => {
    drop('slow')
    const names = new Set<string>()
    start({ takeOver: '200ms' }, place => ({
      ...place,
      async *read(path, from) {
        await until('it is renewed twice', () => {
          for (const name of there().filter(one => one.endsWith('.claimed'))) names.add(name)
          return names.size >= 3
        })
        yield* localPlace(join(dir, 'in')).read([...there()].find(one => one.endsWith('.claimed')) ?? path, from)
      },
    }))
    await until('it is moved', () => there('done').length === 1)
    expect(accepted()).to.deep.equal(['slow'])
  })

  it('remembers what it keeps, also after a restart, until it changes', async () => {
    for (const name of ['a', 'b']) drop(name)
    start({ after: 'keep' })
    await until('both are taken', () => accepted().length === 2)
    await pollers.pop()?.stop()
    let looks = 0
    start({ after: 'keep' }, place => seen(place, { list: () => looks++ }))
    await until('it looked again', () => looks > 4)
    expect(accepted()).to.have.length(2)
    drop('b', 'changed')
    await until('the change is taken', () => accepted().length === 3)
    expect(there()).to.deep.equal(['a', 'b'])
  })

  it('takes no more than `most` in one look', async () => {
    for (let n = 0; n < 7; n++) drop(`f${n}`)
    const taken: number[] = []
    start({ most: 3 }, place => seen(place, { list: () => taken.push(accepted().length) }))
    await until('all are moved', () => there('done').length === 7)
    for (const [index, count] of taken.entries()) expect(count - (taken[index - 1] ?? 0)).to.be.at.most(3)
  })

  it('removes the done-file with its file', async () => {
    for (const name of ['a', 'a.done', 'b']) drop(name)
    start({ ready: 'done-file', after: 'delete' })
    await until('it is gone with its done-file, and the other is left', () => `${there()}` === 'b')
  })

  it('looks again after a look that failed, also where a clock says when', async () => {
    drop('a')
    let looks = 0
    start({ cron: '* * * * * *', ready: 'age', age: '0ms' }, place => ({
      ...place,
      list: (...args) =>
        ++looks === 1 ? Promise.reject(new GatewayError('TARGET_UNAVAILABLE', 'gone in the middle')) : place.list(...args),
    }))
    await until('it is moved', () => there('done').length === 1)
    expect(logged.find(({ event }) => event === 'poll-failed')?.fields).to.include({ detail: 'gone in the middle', failures: 1 })
  })

  it('stops in the middle of a download, and goes on with it at the next start', async () => {
    const bytes = 3_000_000
    drop('large', 'x'.repeat(bytes))
    let reading = false
    start({}, place => ({
      ...place,
      async *read(path, from) {
        for await (const part of place.read(path, from)) {
          reading = true
          yield part
          await new Promise(resolve => setTimeout(resolve, 5))
        }
      },
    }))
    await until('it reads', () => reading)
    await pollers.pop()?.stop()
    expect(accepted()).to.deep.equal([])
    const [part = ''] = readdirSync(join(dir, 'incoming'))
    const have = statSync(join(dir, 'incoming', part)).size
    expect(have).to.be.above(0).and.below(bytes)
    const reads: number[] = []
    start({}, place => seen(place, { read: from => reads.push(from) }))
    await until('it is moved', () => there('done').length === 1)
    expect(reads).to.deep.equal([have])
    expect(recorder.accepted[0]?.stored?.bytes).to.equal(bytes)
  })
})

/** A place of which each look, and each read with its first byte, is told. */
function seen(place: Place, { list, read }: { readonly list?: () => unknown; readonly read?: (from: number) => unknown }): Place {
  return {
    ...place,
    list(...args) {
      list?.()
      return place.list(...args)
    },
    read(path, from) {
      read?.(from)
      return place.read(path, from)
    },
  }
}

/** Ends with a fault after some parts. */
async function* broken(bytes: AsyncIterable<Uint8Array>, parts = 2): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) {
    if (parts-- <= 0) break
    yield part
  }
  throw new GatewayError('TARGET_UNAVAILABLE', 'the connection broke')
}
