import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { sftpSystemOptions } from '../../../../adapters/sftp/client/options.ts'
import { createSftpOutbound } from '../../../../adapters/sftp/client/outbound.ts'
import { GatewayError } from '../../../../gateway/errors.ts'
import { resolveOptions } from '../../../../gateway/options.ts'
import type { Delivery, Outbound } from '../../../../gateway/ports.ts'
import { noBodies } from '../../../support/bodies.ts'
import { deliveryOf } from '../../../support/delivery.ts'
import { type FaultyProxy, startProxy } from '../../../support/proxy.ts'
import { type Sshd, startSshd } from '../../../support/sshd.ts'
import { until } from '../../../support/until.ts'

// The suite of all outbounds (test/conformance/outbound.ts) counts what a target got twice. A file of the same name and content is not
// written twice, so its promises are shown here one by one.
describe('an SFTP system', function () {
  this.timeout(30_000)
  const { signal } = new AbortController()
  let sshd: Sshd
  let proxy: FaultyProxy
  let folder: string
  let outbound: Outbound
  before(async function () {
    sshd = await startSshd(this)
  })
  beforeEach(async () => {
    proxy = await startProxy(sshd.port)
    folder = join(mkdtempSync(join(sshd.folder, 'out-')), 'in')
    mkdirSync(folder)
    const options = {
      host: '127.0.0.1',
      port: proxy.port,
      user: sshd.user,
      hostKey: sshd.fingerprints[0],
      folder,
      timeout: '400ms',
      connectTimeout: '2s',
    }
    const auth = { key: sshd.key }
    outbound = createSftpOutbound(
      { name: 'bank', options: resolveOptions(sftpSystemOptions, options), auth, inFlight: 8 },
      { bodies: noBodies },
    )
  })
  afterEach(async () => {
    await outbound.close()
    await proxy.close()
  })
  after(() => sshd?.stop())

  const there = () => readdirSync(folder).sort()

  async function failed(delivery: Delivery, until = signal): Promise<GatewayError> {
    const error = await outbound.send(delivery, until).catch((caught: unknown) => caught)
    return error instanceof GatewayError ? error : expect.fail(`it did not fail: ${error}`)
  }

  it('gets the bytes as they are, a repeat once, and each entry of a message', async () => {
    const first = deliveryOf({ body: Buffer.from('{ "b": 1,\r\n "a": "é\u2028" }') })
    for (const delivery of [first, { ...first, attempts: 3 }, { ...first, entry: 'second' }, deliveryOf()])
      await outbound.send(delivery, signal)
    expect(there()).to.have.length(3)
    expect(readFileSync(join(folder, `${first.messageId}.json`)).equals(Buffer.from(first.body))).to.equal(true)
  })

  it('refuses where its folder is not there, and goes on when it is', async () => {
    const delivery = deliveryOf()
    renameSync(folder, `${folder}-away`)
    expect(await failed(delivery)).to.include({ code: 'TARGET_REFUSED' })
    renameSync(`${folder}-away`, folder)
    await outbound.send(delivery, signal)
    expect(there()).to.have.length(1)
  })

  it('is waited for where it falls silent, and where its connections break', async () => {
    const [one, two] = [deliveryOf(), deliveryOf()]
    await outbound.send(one, signal)
    proxy.stall(true)
    const begun = performance.now()
    expect(await failed(two)).to.include({ code: 'TARGET_TIMEOUT' })
    expect(performance.now() - begun).to.be.below(2_000)
    proxy.stall(false)
    await outbound.send(two, signal)
    proxy.reset()
    await until('it is sent over a new connection', () =>
      outbound.send(deliveryOf(), signal).then(
        () => true,
        () => false,
      ),
    )
    expect(there()).to.have.length(3)
  })

  it('is given up at the signal, before and in the middle', async () => {
    await outbound.send(deliveryOf(), signal)
    proxy.stall(true)
    const stop = new AbortController()
    const running = failed(deliveryOf(), stop.signal)
    stop.abort()
    expect(await running).to.include({ permanent: false })
    expect(await failed(deliveryOf(), stop.signal)).to.include({ permanent: false })
    expect(there()).to.have.length(1)
  })

  it('is waited for where nothing is there', async () => {
    await proxy.close()
    expect(await failed(deliveryOf())).to.include({ code: 'TARGET_UNAVAILABLE' })
  })

  it('gets many files over one connection, side by side', async () => {
    await Promise.all(Array.from({ length: 50 }, () => outbound.send(deliveryOf(), signal)))
    expect(there()).to.have.length(50)
  })
})
