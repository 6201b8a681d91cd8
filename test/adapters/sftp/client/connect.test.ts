import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Socket, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { connect, type Line, type Server } from '../../../../adapters/sftp/client/connect.ts'
import { sftpPlace } from '../../../../adapters/sftp/client/place.ts'
import { shareLine } from '../../../../adapters/sftp/client/shared-line.ts'
import { freePort } from '../../../support/port.ts'
import { type FaultyProxy, startProxy } from '../../../support/proxy.ts'
import { rejection } from '../../../support/rejection.ts'
import { type Sshd, startSshd } from '../../../support/sshd.ts'
import { until } from '../../../support/until.ts'
import { serverFor } from './server.ts'

describe('a connection to an SFTP server', function () {
  this.timeout(30_000)
  const { signal } = new AbortController()
  const lines: Line[] = []
  let sshd: Sshd
  let proxy: FaultyProxy
  before(async function () {
    sshd = await startSshd(this)
    proxy = await startProxy(sshd.port)
  })
  afterEach(() => {
    for (const line of lines.splice(0)) line.close()
  })
  after(async () => {
    await proxy?.close()
    await sshd?.stop()
  })

  async function open(server: Server): Promise<Line> {
    const line = await connect(server, signal)
    lines.push(line)
    return line
  }

  it('logs in where the key is pinned, whichever of the keys it is', async () => {
    const [ed25519, rsa] = sshd.fingerprints
    const other = `SHA256:${'A'.repeat(43)}`
    for (const hostKey of [ed25519, rsa, [other, rsa]]) expect((await open(serverFor(sshd, { hostKey }))).ended).to.equal(false)
  })

  it('refuses a server of which no key is pinned, and tells the fingerprint to pin', async () => {
    const server = serverFor(sshd)
    const { hostKey: _, ...reach } = server.reach
    const error = await rejection(connect({ ...server, reach }, signal))
    expect(error.detail)
      .to.match(/HOST KEY NOT PINNED/)
      .and.include(`add hostKey: ${sshd.fingerprints[0]}`)
  })

  it('refuses a server with another key, loudly, with what was seen and what is pinned', async () => {
    const pinned = `SHA256:${'A'.repeat(43)}`
    const error = await rejection(connect(serverFor(sshd, { hostKey: pinned }), signal))
    expect(error.detail).to.match(/WRONG HOST KEY/)
    for (const text of [pinned, ...sshd.fingerprints]) expect(error.detail).to.include(text)
  })

  it('refuses wrong credentials for good, and names no secret', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'waybill-key-'))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret words', '-f', join(dir, 'key')])
    const stranger = readFileSync(join(dir, 'key'), 'utf8')
    rmSync(dir, { recursive: true, force: true })
    const server = serverFor(sshd)
    for (const auth of [{ key: stranger, passphrase: 'secret words' }, { password: 'secret words' }, {}]) {
      const error = await rejection(connect({ ...server, auth }, signal))
      expect(error).to.include({ code: 'TARGET_REFUSED' })
      expect(error.detail).not.to.match(/secret words|BEGIN/)
    }
    const unread = await rejection(connect({ ...server, auth: { key: stranger, passphrase: 'wrong' } }, signal))
    expect(unread).to.include({ code: 'CONFIG_INVALID' })
  })

  it('finds no old algorithms unless told', async function () {
    const old = await startSshd(this, ['KexAlgorithms diffie-hellman-group14-sha1'])
    try {
      const error = await rejection(connect(serverFor(old), signal))
      expect(error).to.include({ code: 'TARGET_UNAVAILABLE' })
      expect(error.detail).to.match(/no matching key exchange.*legacyAlgorithms: true/)
      expect((await open(serverFor(old, { legacyAlgorithms: true }))).ended).to.equal(false)
    } finally {
      await old.stop()
    }
  })

  it('takes nobody, a server that says nothing and one that is no SSH as not there now', async () => {
    const silent = await listen(() => {})
    const strange = await listen(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const ports = [await freePort(), portOf(silent), portOf(strange)]
    const errors = await Promise.all(
      ports.map(port => rejection(connect(serverFor({ ...sshd, port }, { connectTimeout: '300ms' }), signal))),
    )
    expect(errors.map(({ code }) => code)).to.deep.equal(Array(3).fill('TARGET_UNAVAILABLE'))
    silent.close()
    strange.close()
  })

  it('gives up a server that falls silent, and all requests with it', async () => {
    const line = await open(serverFor({ ...sshd, port: proxy.port }, { timeout: '300ms' }))
    const place = sftpPlace({ use: { line, signal }, root: sshd.folder, close: () => {} })
    await place.write('x', one(Buffer.from('x')))
    proxy.stall(true)
    const begun = performance.now()
    const errors = await Promise.all([place.stat('x'), place.list('', false), place.write('y', one(Buffer.from('y')))].map(rejection))
    expect(performance.now() - begun).to.be.below(2_000)
    expect(errors.map(({ code }) => code)).to.deep.equal(Array(3).fill('TARGET_TIMEOUT'))
    expect(line.ended).to.equal(true)
    proxy.stall(false)
  })

  it('gives up at the signal what it waits for, and nothing of others', async () => {
    const line = await open(serverFor({ ...sshd, port: proxy.port }))
    const stop = new AbortController()
    const mine = sftpPlace({ use: { line, signal: stop.signal }, root: sshd.folder, close: () => {} })
    const other = sftpPlace({ use: { line, signal }, root: sshd.folder, close: () => {} })
    proxy.stall(true)
    const [given, kept] = [rejection(mine.stat('x')), other.stat('x')]
    stop.abort()
    expect(await given).to.include({ permanent: false })
    proxy.stall(false)
    expect((await kept)?.bytes).to.equal(1)
    expect(await rejection(mine.stat('x'))).to.include({ permanent: false })
  })

  it('breaks a listing and a file that the server vanishes in', async () => {
    for (const work of ['list', 'read', 'write'] as const) {
      const line = await open(serverFor({ ...sshd, port: proxy.port }))
      const place = sftpPlace({ use: { line, signal }, root: sshd.folder, close: () => {} })
      await place.write('large', many(100))
      const running = {
        list: () => endless(place),
        read: () => drain(place.read('large', 0)),
        write: () => place.write('part', many(10_000)),
      }[work]()
      await new Promise(resolve => setImmediate(resolve))
      proxy.reset()
      expect(await rejection(running), work).to.include({ code: 'TARGET_UNAVAILABLE' })
    }
  })

  it('is shared, made anew after it broke, and closed once nobody needs it', async () => {
    const shared = shareLine(serverFor({ ...sshd, port: proxy.port }), 100)
    const places = await Promise.all([1, 2, 3].map(() => shared.place(sshd.folder, signal)))
    expect(sessions(sshd)).to.equal(1)
    proxy.reset()
    await until('the break is seen', () =>
      places[0]?.stat('x').then(
        () => false,
        () => true,
      ),
    )
    const again = await shared.place(sshd.folder, signal)
    expect((await again.stat('x'))?.bytes).to.equal(1)
    for (const place of [...places, again]) await place.close()
    await until('it is closed', () => sessions(sshd) === 0)
    expect((await (await shared.place(sshd.folder, signal)).stat('x'))?.bytes).to.equal(1)
    shared.close()
    await until('it is closed', () => sessions(sshd) === 0)
  })
})

/** Connections that a server has now. */
function sessions({ port }: Sshd): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  return rows.filter(row => row.trim().split(/\s+/)[1] === `0100007F:${hex}` && row.trim().split(/\s+/)[3] === '01').length
}

function listen(serve: (socket: Socket) => void): Promise<TcpServer> {
  return new Promise(resolve => {
    const server = createServer(socket => {
      socket.on('error', () => {})
      serve(socket)
    })
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: TcpServer): number {
  const address = server.address()
  return address && typeof address === 'object' ? address.port : 0
}

async function endless(place: { list(folder: string, recursive: boolean): Promise<unknown> }): Promise<void> {
  while (true) await place.list('', false)
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes);
}

async function* one(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

async function* many(parts: number): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < parts; part++) yield Buffer.alloc(100_000, 1)
}
