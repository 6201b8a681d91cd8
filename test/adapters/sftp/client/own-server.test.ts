import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { sendOptions } from '../../../../adapters/files/send-options.ts'
import { createFileSender } from '../../../../adapters/files/sender.ts'
import { connect, type Server } from '../../../../adapters/sftp/client/connect.ts'
import { sftpSystemOptions } from '../../../../adapters/sftp/client/options.ts'
import { sftpPlace } from '../../../../adapters/sftp/client/place.ts'
import { shareLine } from '../../../../adapters/sftp/client/shared-line.ts'
import { resolveOptions } from '../../../../gateway/options.ts'
import { noBodies } from '../../../support/bodies.ts'
import { deliveryOf } from '../../../support/delivery.ts'
import { removeProjects } from '../../../support/gateway.ts'
import { until } from '../../../support/until.ts'
import { type SftpGateway, startSftp } from '../gateway.ts'

describe("files that one gateway sends to another's SFTP server", function () {
  this.timeout(30_000)
  const { signal } = new AbortController()
  let other: SftpGateway
  let server: Server
  before(async () => {
    other = await startSftp()
    const { host, port, user, key } = other.place
    const pinned = /SHA256:[A-Za-z0-9+/]{43}/.exec(other.gateway.log())?.[0]
    const reach = resolveOptions(sftpSystemOptions, { host, port, user, hostKey: pinned })
    server = { name: 'other', reach, auth: { key: readFileSync(key, 'utf8') } }
  })
  after(async () => {
    await other?.stop()
    removeProjects()
  })

  it('are accepted when they have their names, and their receipts can be fetched', async () => {
    const shared = shareLine(server, 1_000)
    const options = { ...resolveOptions({ type: 'object', properties: sendOptions }, { folder: 'x', exists: 'replace' }), folder: '' }
    const openPlace = () => shared.place('renamed', signal)
    const sender = createFileSender({ name: 'other', options, bodies: noBodies, openPlace, close: async () => shared.close() })
    const large = Buffer.alloc(1_500_000, 'waybill ')
    for (const [name, body] of [
      ['small.txt', Buffer.from('small')],
      ['large.txt', large],
    ] as const)
      await sender.send(deliveryOf({ body, params: { name } }), signal)
    for (const name of ['small.txt', 'large.txt']) await other.receipt(`renamed/${name}`, ({ state }) => state === 'delivered')
    const bodies = (await other.target.received()).map(({ body }) => body.length)
    expect(bodies).to.have.members([5, large.length])
    await sender.close()

    const line = await connect(server, signal)
    const place = sftpPlace({ use: { line, signal }, root: 'receipts/renamed', close: () => line.close() })
    const paths = await until('the receipts are listed', async () => {
      const all = (await place.list('', false)).map(({ path }) => path).sort()
      return all.length >= 2 && all
    })
    expect(paths).to.include('small.txt.receipt.json')
    const read: Uint8Array[] = []
    for await (const part of place.read('small.txt.receipt.json', 0)) read.push(part)
    expect(JSON.parse(Buffer.concat(read).toString())).to.include({ state: 'delivered' })
    await place.close()
  })
})
