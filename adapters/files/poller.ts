import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path/posix'
import { Cron } from 'croner'
import { asGatewayError, type GatewayError } from '../../gateway/errors.ts'
import { failpoint } from '../../gateway/failpoint.ts'
import type { Log } from '../../gateway/log.ts'
import type { Gateway } from '../../gateway/ports.ts'
import { pause } from '../../gateway/rate.ts'
import type { SourceBinding } from '../adapter.ts'
import { type Claim, claimOf, claimPath } from './claims.ts'
import { fetchFile } from './fetch-file.ts'
import type { Place, PlacedFile } from './place.ts'
import { DONE, readyFiles, type Seen, sightOf } from './poll-files.ts'
import type { PollOptions } from './poll-options.ts'
import { takeFile } from './take-file.ts'

export interface PollerParts {
  readonly binding: SourceBinding
  readonly options: PollOptions
  /** Opened for each look, and closed after it. */
  readonly openPlace: () => Promise<Place>
  readonly gateway: Pick<Gateway, 'accept' | 'bodies' | 'positions'>
  /** The name of this gateway in claims. */
  readonly instance: string
  /** Where downloads go, in a folder of this machine. */
  readonly incoming: string
  readonly log: Log
}

/** A source that looks into a folder again and again. */
export interface Poller {
  /** Takes no new file, waits for the one in hand. */
  stop(): Promise<void>
}

/** The longest wait between two looks that failed. */
const LONGEST_MS = 300_000
/** With `cron`, how long a file must stand still. */
const STILL_MS = 3_000
/** setTimeout's longest wait. */
const STEP_MS = 2 ** 31 - 1

/** Starts to look. Never rejects: what goes wrong is in the log, and is tried again with longer and longer waits. */
export function startPoller(parts: PollerParts): Poller {
  const stopping = new AbortController()
  mkdirSync(parts.incoming, { recursive: true })
  const running = poll(parts, stopping.signal)
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}

async function poll(parts: PollerParts, signal: AbortSignal): Promise<void> {
  const { options, binding, log } = parts
  let seen: Seen = new Map()
  let failures = 0
  const cron = options.cron === undefined ? undefined : new Cron(options.cron, { timezone: options.timeZone ?? 'UTC', paused: true })
  while (!signal.aborted) {
    try {
      if (cron) {
        await until(cron.nextRun() ?? undefined, signal)
        if (options.ready === 'still') seen = await look(parts, new Map(), signal)
        if (options.ready === 'still') await pause(STILL_MS, signal)
      }
      seen = await look(parts, seen, signal)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      log.warn('poll-failed', { source: binding.source.name, detail: asGatewayError(error).detail, failures })
    }
    if (!cron || failures > 0) await pause(failures === 0 ? options.everyMs : backOff(options.everyMs, failures), signal).catch(() => {})
  }
}

function backOff(everyMs: number, failures: number): number {
  return Math.max(everyMs, Math.min(everyMs * 2 ** failures, LONGEST_MS))
}

async function until(moment: Date | undefined, signal: AbortSignal): Promise<void> {
  const at = moment?.getTime() ?? Number.POSITIVE_INFINITY
  for (let left = at - Date.now(); left > 0; left = at - Date.now()) await pause(Math.min(left, STEP_MS), signal)
}

/** Takes what is complete; resolves with what it has seen. */
async function look(parts: PollerParts, seen: Seen, signal: AbortSignal): Promise<Seen> {
  const { options, instance } = parts
  const place = await parts.openPlace()
  try {
    const all = await place.list(options.folder, options.recursive)
    const now = Date.now()
    for (const claim of all.flatMap(file => claimOf(file) ?? [])) {
      const left = claim.instance === instance || now - claim.at > options.takeOverMs
      if (left && !signal.aborted) await resume(parts, place, claim)
    }
    const ready = await unknown(parts, readyFiles(all, options, seen, now))
    for (const file of ready.slice(0, options.most)) if (!signal.aborted) await takeOne(parts, place, file)
    return new Map(all.map(file => [file.path, sightOf(file)]))
  } finally {
    await place.close()
  }
}

/** Without those that are kept and were accepted as they are. */
async function unknown({ options, binding, gateway }: PollerParts, files: readonly PlacedFile[]): Promise<readonly PlacedFile[]> {
  if (options.after !== 'keep') return files
  const positions = await gateway.positions(files.map(file => positionOf(binding, file).source))
  return files.filter((file, index) => positions[index] !== sightOf(file))
}

function positionOf({ source }: SourceBinding, file: PlacedFile) {
  return { source: `file:${source.name}:${file.path}`, value: sightOf(file) }
}

async function takeOne(parts: PollerParts, place: Place, file: PlacedFile): Promise<void> {
  const { options, instance } = parts
  if (options.after === 'keep') return accept(parts, place, file, file.path)
  const path = claimPath(file.path, instance, Date.now())
  try {
    await place.rename(file.path, path, false)
  } catch (error) {
    // another gateway was first
    if (await place.stat(file.path)) throw error
    return
  }
  failpoint('poll.claimed')
  await accept(parts, place, { ...file, path }, file.path)
}

/** A claim of a run of this gateway that ended, or of one that is gone. */
async function resume(parts: PollerParts, place: Place, { file, path, instance, at }: Claim): Promise<void> {
  if (instance === parts.instance) return accept(parts, place, file, path)
  parts.log.warn('claim-taken-over', {
    source: parts.binding.source.name,
    file: path,
    claimedBy: instance,
    claimedAt: new Date(at).toISOString(),
  })
  const own = claimPath(path, parts.instance, Date.now())
  await place.rename(file.path, own, false)
  await accept(parts, place, { ...file, path: own }, path)
}

/** `file` lies where it was claimed; `path` is where it came. */
async function accept(parts: PollerParts, place: Place, file: PlacedFile, path: string): Promise<void> {
  const { binding, options, gateway, log } = parts
  const name = path.slice(options.folder === '' ? 0 : options.folder.length + 1)
  try {
    const local = await fetchFile(place, file, `${binding.source.name} ${path}`, parts.incoming)
    const arrived = { binding, name, path: local, modifiedAt: file.modifiedAt }
    const position = options.after === 'keep' ? positionOf(binding, { ...file, path }) : undefined
    const { id, replayed } = await takeFile(gateway, arrived, position)
    failpoint('poll.accepted')
    log.info('file-accepted', { source: binding.source.name, file: name, bytes: file.bytes, id, replayed })
    await dispose(parts, place, file.path, path, id)
    await rm(local, { force: true })
  } catch (error) {
    await refused(parts, place, file.path, path, asGatewayError(error))
  }
}

/** What the options say of a file that is accepted. */
async function dispose({ options }: PollerParts, place: Place, claimed: string, path: string, id: string): Promise<void> {
  if (options.ready === 'done-file' && options.after !== 'keep') await place.remove(path + DONE)
  if (options.after === 'delete') await place.remove(claimed)
  if (options.after === 'move') await moveInto(place, claimed, besides(options, options.doneFolder, path), id)
}

async function refused(parts: PollerParts, place: Place, claimed: string, path: string, error: GatewayError): Promise<void> {
  const { options, binding, log } = parts
  log.warn('file-refused', { source: binding.source.name, file: path, code: error.code, detail: error.detail })
  if (!error.permanent || options.after === 'keep') {
    if (claimed !== path) await place.rename(claimed, path, false).catch(() => {})
    throw error
  }
  const target = besides(options, options.errorFolder, path)
  const moved = await moveInto(place, claimed, target, String(Date.now()))
  const text = `${JSON.stringify({ file: path, at: new Date().toISOString(), code: error.code, detail: error.detail }, null, 2)}\n`
  await place.write(`${moved}.err`, one(Buffer.from(text)))
}

function besides({ folder }: PollOptions, name: string, path: string): string {
  const inside = folder === '' ? path : path.slice(folder.length + 1)
  return [folder, name, inside].filter(part => part !== '').join('/')
}

/** Moves a file where nothing is overwritten; resolves with its new path. */
async function moveInto(place: Place, from: string, to: string, mark: string): Promise<string> {
  await place.makeFolder(dirname(to))
  if (!(await place.stat(to))) {
    await place.rename(from, to, false)
    return to
  }
  const type = extname(to)
  const other = `${dirname(to)}/${basename(to, type)}.${mark}${type}`
  await place.rename(from, other, false)
  return other
}

async function* one(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
