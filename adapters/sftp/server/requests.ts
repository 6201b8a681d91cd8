import { GatewayError } from '../../../gateway/errors.ts'
import { answerExtended, MAX_DATA } from './extensions.ts'
import {
  attributesFrom,
  attributesOf,
  closeUpload,
  type Listed,
  listFolder,
  makeFolder,
  openToRead,
  openToWrite,
  removeFile,
  removeFolder,
  renamePath,
  setAttributes,
} from './files.ts'
import type { Opened, Served } from './handles.ts'
import { cleanPath } from './paths.ts'
import {
  type Attributes,
  attributesPacket,
  cutData,
  DATA_AT,
  dataPacket,
  type Fields,
  handlePacket,
  namesPacket,
  REQUEST,
  STATUS,
  statusPacket,
} from './wire.ts'

/** One request, its type and id read. */
export interface Request {
  readonly type: number
  readonly id: number
  readonly fields: Fields
}

const WRITE = 2
const PATHS: ReadonlySet<number> = new Set([
  REQUEST.open,
  REQUEST.opendir,
  REQUEST.lstat,
  REQUEST.stat,
  REQUEST.setstat,
  REQUEST.remove,
  REQUEST.mkdir,
  REQUEST.rmdir,
  REQUEST.realpath,
  REQUEST.rename,
  REQUEST.readlink,
  REQUEST.symlink,
  REQUEST.extended,
])

/** Whether the request names paths; the others name a handle. */
export function isPathRequest(type: number): boolean {
  return PATHS.has(type)
}

/** Answers a request that names paths; rejects where it is refused. */
export async function answerPath(served: Served, { type, id, fields }: Request): Promise<Buffer> {
  if (type === REQUEST.extended) return answerExtended(served, id, fields)
  if (type === REQUEST.symlink || type === REQUEST.readlink) throw new GatewayError('METHOD_NOT_ALLOWED', 'there are no links here')
  const path = cleanPath(fields.text())
  const { account, taker } = served
  switch (type) {
    case REQUEST.open:
      return handlePacket(id, await openFile(served, path, fields.uint32()))
    case REQUEST.opendir:
      return handlePacket(id, await openFolder(served, path))
    case REQUEST.lstat:
    case REQUEST.stat:
      return attributesPacket(id, await attributesOf(account, path))
    case REQUEST.realpath:
      return namesPacket(id, [{ name: path, long: path, attributes: NOTHING }])
    case REQUEST.setstat:
      await setAttributes(account, path, fields.attributes())
      break
    case REQUEST.remove:
      await removeFile(account, path)
      break
    case REQUEST.mkdir:
      await makeFolder(account, path)
      break
    case REQUEST.rmdir:
      await removeFolder(account, path)
      break
    default:
      await renamePath(account, [path, cleanPath(fields.text())], false, taker)
  }
  return statusPacket(id, STATUS.ok, '')
}

const NOTHING: Attributes = { size: 0, mode: 0, accessedAt: 0, modifiedAt: 0 }

async function openFile({ account, handles }: Served, path: string, flags: number): Promise<number> {
  handles.admit()
  if (flags & WRITE) return handles.add({ kind: 'upload', path, upload: await openToWrite(account, path, flags) })
  const file = await openToRead(account, path)
  const { size } = await file.stat()
  account.log.info('sftp-download', { client: account.name, file: path, bytes: size })
  return handles.add({ kind: 'download', path, file, size })
}

async function openFolder({ account, handles }: Served, path: string): Promise<number> {
  handles.admit()
  const names = listFolder(account, path)
  // The first names are read now: a folder that is none is told at once.
  const first = await names.next()
  return handles.add({ kind: 'folder', path, names: after(first.done ? [] : first.value, names) })
}

async function* after(first: readonly Listed[], rest: AsyncGenerator<readonly Listed[]>): AsyncGenerator<readonly Listed[]> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** Answers a request that names a handle; rejects where it is refused. Writes to one file overlap, and so do reads. */
export async function answerHandle(served: Served, { type, id, fields }: Request): Promise<Buffer> {
  const { handles } = served
  const handle = fields.bytes()
  switch (type) {
    case REQUEST.write:
      await writeTo(handles.get(handle), fields)
      return statusPacket(id, STATUS.ok, '')
    case REQUEST.read:
      return readFrom(handles.get(handle), id, fields)
    case REQUEST.readdir:
      return handles.inOrder(handle, opened => nextNames(opened, id))
    case REQUEST.fstat:
      return attributesPacket(id, await attributesOfHandle(served, handles.get(handle)))
    case REQUEST.fsetstat:
      await setAttributes(served.account, handles.get(handle).path, fields.attributes())
      return statusPacket(id, STATUS.ok, '')
    case REQUEST.close:
      await close(served, handle)
      return statusPacket(id, STATUS.ok, '')
    default:
      throw new GatewayError('METHOD_NOT_ALLOWED', `no request of type ${type}`)
  }
}

async function writeTo(opened: Opened, fields: Fields): Promise<void> {
  if (opened.kind !== 'upload') throw new GatewayError('FORBIDDEN', 'it is not open for writing')
  const offset = fields.uint64()
  if (offset > Number.MAX_SAFE_INTEGER - MAX_DATA) throw new GatewayError('BAD_REQUEST', 'the offset is too large')
  await opened.upload.write(offset, fields.bytes())
}

async function readFrom(opened: Opened, id: number, fields: Fields): Promise<Buffer> {
  if (opened.kind !== 'download') throw new GatewayError('FORBIDDEN', 'it is not open for reading')
  const offset = fields.uint64()
  const length = Math.min(fields.uint32(), MAX_DATA)
  const packet = dataPacket(id, length)
  const { bytesRead } = await opened.file.read(packet, DATA_AT, length, offset)
  if (bytesRead === 0) return statusPacket(id, STATUS.eof, 'end of file')
  return bytesRead === length ? packet : cutData(packet, bytesRead)
}

async function nextNames(opened: Opened, id: number): Promise<Buffer> {
  if (opened.kind !== 'folder') throw new GatewayError('BAD_REQUEST', 'it is no folder')
  for (let next = await opened.names.next(); !next.done; next = await opened.names.next()) {
    if (next.value.length > 0) return namesPacket(id, next.value.map(withLongName))
  }
  return statusPacket(id, STATUS.eof, 'no more names')
}

/** As `ls -l` has it: some clients read nothing else. */
function withLongName({ name, attributes }: Listed) {
  const { mode, size, modifiedAt } = attributes
  const isFolder = (mode & 0o040000) !== 0
  const [, month = '', day = '', year = ''] = new Date(modifiedAt).toUTCString().match(/, (\d+) (\w+) (\d+)/) ?? []
  const date = `${day} ${month.padStart(2)} ${year.padStart(5)}`
  return {
    name,
    attributes,
    long: `${isFolder ? 'drwx------' : '-rw-------'} 1 waybill waybill ${String(size).padStart(12)} ${date} ${name}`,
  }
}

async function attributesOfHandle({ account }: Served, opened: Opened): Promise<Attributes> {
  if (opened.kind === 'download') return attributesFrom(await opened.file.stat())
  const attributes = await attributesOf(account, opened.path)
  return opened.kind === 'upload' ? { ...attributes, size: opened.upload.size } : attributes
}

async function close(served: Served, handle: Buffer): Promise<void> {
  const { handles, account, taker } = served
  const opened = handles.get(handle)
  handles.remove(handle)
  if (opened.kind === 'upload') await closeUpload(account, opened.upload, taker)
  else if (opened.kind === 'download') await opened.file.close()
  else await opened.names.return(undefined)
}
