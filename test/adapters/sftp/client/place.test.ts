import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from '../../../../adapters/files/place.ts'
import { connect, type Line } from '../../../../adapters/sftp/client/connect.ts'
import { sftpPlace } from '../../../../adapters/sftp/client/place.ts'
import { placeConformance } from '../../../conformance/place.ts'
import { type Sshd, startSshd } from '../../../support/sshd.ts'
import { serverFor } from './server.ts'

describe('a place on an OpenSSH server', function () {
  this.timeout(30_000)
  let sshd: Sshd
  const lines: Line[] = []
  before(async function () {
    sshd = await startSshd(this)
  })
  after(async () => {
    for (const line of lines) line.close()
    await sshd?.stop()
  })

  async function placeAt(root: string): Promise<Place> {
    const { signal } = new AbortController()
    const line = await connect(serverFor(sshd), signal)
    lines.push(line)
    return sftpPlace({ use: { line, signal }, root, close: () => line.close() })
  }

  placeConformance('a folder of an OpenSSH server', async () => {
    const folder = mkdtempSync(join(sshd.folder, 'place-'))
    const [place, other] = await Promise.all([placeAt(folder), placeAt(folder)])
    return { place, other, gone: () => placeAt(join(sshd.folder, 'not there')), close: () => place.close() }
  })
})
