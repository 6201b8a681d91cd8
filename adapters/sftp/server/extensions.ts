import { statfs } from 'node:fs/promises'
import { GatewayError } from '../../../gateway/errors.ts'
import { renamePath } from './files.ts'
import type { Served } from './handles.ts'
import { MAX_PACKET } from './packets.ts'
import { cleanPath } from './paths.ts'
import { type Fields, numbersPacket, STATUS, statusPacket } from './wire.ts'

/** Bytes of one read or write: a packet without what stands around them. */
export const MAX_DATA = MAX_PACKET - 1_024

/** Extensions of OpenSSH's (its PROTOCOL file) that the server has, with their versions. */
export const EXTENSIONS = {
  'posix-rename@openssh.com': '1',
  'fsync@openssh.com': '1',
  'statvfs@openssh.com': '2',
  'limits@openssh.com': '1',
} as const

/** Answers an extended request. */
export async function answerExtended(served: Served, id: number, fields: Fields): Promise<Buffer> {
  const name = fields.text()
  switch (name) {
    case 'posix-rename@openssh.com':
      await renamePath(served.account, [cleanPath(fields.text()), cleanPath(fields.text())], true, served.taker)
      return statusPacket(id, STATUS.ok, '')
    case 'fsync@openssh.com':
      return served.handles.inOrder(fields.bytes(), async opened => {
        if (opened.kind === 'upload') await opened.upload.sync()
        return statusPacket(id, STATUS.ok, '')
      })
    case 'statvfs@openssh.com':
      return spaceOf(served, id)
    case 'limits@openssh.com':
      return numbersPacket(id, [MAX_PACKET, MAX_DATA, MAX_DATA, served.handles.max])
    default:
      throw new GatewayError('METHOD_NOT_ALLOWED', `no extension ${name.slice(0, 100)}`)
  }
}

async function spaceOf({ account }: Served, id: number): Promise<Buffer> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(account.root)
  const noSetUid = 2
  return numbersPacket(id, [bsize, bsize, blocks, bfree, bavail, files, ffree, ffree, 0, noSetUid, 255])
}
