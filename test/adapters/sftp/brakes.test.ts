import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import { hashPassword } from '../../../adapters/sftp/server/password.ts'
import { removeProjects } from '../../support/gateway.ts'
import { until } from '../../support/until.ts'
import { type SftpGateway, startSftp } from './gateway.ts'
import { connectRaw } from './raw-client.ts'

const [CLOSE, WRITE, REMOVE, RENAME, STAT] = [4, 6, 13, 18, 17]
const [OK, DENIED, FAILURE] = [0, 3, 4]

async function rejection(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was taken',
    (error: Error) => error.message,
  )
}

describe('what an SFTP client may do', () => {
  let sftp: SftpGateway
  before(async () => {
    const password = await hashPassword('correct horse')
    sftp = await startSftp({
      listen: 'loginTimeout: 700ms, idleTimeout: 1s, connectionsPerAddress: 6, triesPerMinute: 8, handles: 3, channels: 1',
      client: `password: '${password}', allow: [upload], quota: { bytes: 10KB, files: 2, sessions: 2 }`,
      more: 'store: { bounds: { maxQueued: 2 } }\n',
    })
  })
  after(async () => {
    await sftp.stop()
    removeProjects()
  })

  it('is what `allow` says', async () => {
    const client = await connectRaw(sftp.place)
    const handle = await client.create('/renamed/mine.part')
    await client.ask(CLOSE, handle)
    expect(await client.ask(REMOVE, '/renamed/mine.part')).to.include({ code: DENIED })
    expect(await client.ask(3, '/renamed/mine.part', 1, 0)).to.include({ code: DENIED })
    await client.ask(RENAME, '/renamed/mine.part', '/renamed/mine')
    expect(await client.ask(3, '/receipts/renamed/mine.receipt.json', 1, 0), 'receipts may be read').to.include({ type: 102 })
    client.cut()
  })

  it('ends at its quota, with a text that says so, and goes on once files were accepted', async () => {
    const client = await connectRaw(sftp.place)
    const [one, two] = [await client.create('/renamed/one'), await client.create('/renamed/two')]
    expect(await rejection(client.create('/renamed/three'))).to.contain('quota: 2 files')
    expect(await client.ask(WRITE, one, 0n, Buffer.alloc(9_000))).to.include({ code: OK })
    const full = await client.ask(WRITE, two, 0n, Buffer.alloc(9_000))
    expect(full).to.include({ code: FAILURE })
    expect(full.text).to.contain('quota')
    expect(await client.ask(CLOSE, two), 'a file that lacks a piece is not whole').to.include({ code: FAILURE })
    await client.ask(CLOSE, one)
    expect(await client.ask(RENAME, '/renamed/one', '/renamed/one-whole')).to.include({ code: OK })
    const again = await client.create('/renamed/two')
    expect(await client.ask(WRITE, again, 0n, Buffer.alloc(9_000))).to.include({ code: OK })
    await client.ask(CLOSE, again)
    await client.ask(RENAME, '/renamed/two', '/renamed/two-whole')
    client.cut()
  })

  it('is refused what the gateway has no room for, keeps it, and is taken when it tries again', async () => {
    await sftp.target.program({ status: 503 })
    const client = await connectRaw(sftp.place)
    const rename = async (name: string) => client.ask(RENAME, `/renamed/${name}.part`, `/renamed/${name}`)
    for (const name of ['a', 'b', 'c']) {
      await client.ask(CLOSE, await client.create(`/renamed/${name}.part`))
      if (name !== 'c') expect(await rename(name)).to.include({ code: OK })
    }
    const refused = await rename('c')
    expect(refused).to.include({ code: FAILURE })
    expect(refused.text).to.contain('maxQueued')
    expect(await sftp.receipt('renamed/c'))
      .to.deep.include({ state: 'refused' })
      .and.have.nested.property('error.code', 'OVERLOADED')
    await sftp.target.program({ status: 200 })
    await until('there is room', async () => (await rename('c')).code === OK)
    await sftp.receipt('renamed/c', ({ state }) => state === 'delivered')
    client.cut()
  })

  it('opens no more files than are allowed, and no more connections', async () => {
    const client = await connectRaw(sftp.place)
    for (let index = 0; index < 3; index++) await client.ask(11, '/')
    expect((await client.ask(11, '/')).text).to.contain('3 files and folders are open')
    const second = await connectRaw(sftp.place)
    expect(await rejection(connectRaw(sftp.place))).to.equal('the login was refused')
    second.cut()
    client.cut()
  })

  it('logs in by a password as well', async () => {
    const client = await connectRaw(sftp.place, { password: 'correct horse' })
    expect(await client.ask(STAT, '/orders')).to.include({ type: 105 })
    client.cut()
  })

  it('is cut off when it says nothing, before it has logged in and after', async () => {
    const client = await connectRaw(sftp.place)
    const silent = connect(sftp.place.port, '127.0.0.1')
    silent.on('error', () => {})
    silent.resume()
    await Promise.all([once(silent, 'close'), client.gone])
  })

  it('gets no old algorithms', async () => {
    for (const option of [
      'Ciphers=aes128-cbc',
      'MACs=hmac-sha1 -oCiphers=aes128-ctr',
      'KexAlgorithms=diffie-hellman-group14-sha1',
      'HostKeyAlgorithms=ssh-rsa',
    ]) {
      expect(await ssh(sftp, option), option).to.contain('no matching')
    }
  })

  it('may see the RSA host key by SHA-2', async () => {
    expect(await ssh(sftp, 'HostKeyAlgorithms=rsa-sha2-256')).to.not.contain('no matching')
    expect(await ssh(sftp, 'HostKeyAlgorithms=rsa-sha2-512')).to.not.contain('no matching')
  })

  it('is refused for a minute after too many logins that failed', async () => {
    expect(await rejection(connectRaw({ ...sftp.place, user: 'nobody' }))).to.equal('the login was refused')
    for (let index = 0; index < 8; index++) await rejection(connectRaw(sftp.place, { password: 'wrong' }))
    expect(await rejection(connectRaw(sftp.place))).to.equal('the login was refused')
    expect(sftp.gateway.log()).to.contain('sftp-login-failed').and.contain('8 logins of this address failed within a minute')
  })
})

function ssh({ place }: SftpGateway, option: string): Promise<string> {
  const args = [
    '-i',
    place.key,
    '-p',
    `${place.port}`,
    '-oStrictHostKeyChecking=no',
    '-oUserKnownHostsFile=/dev/null',
    ...`-o${option}`.split(' '),
  ]
  return new Promise(resolve => {
    const child = execFile('ssh', [...args, `${place.user}@${place.host}`, '-s', 'sftp'], { timeout: 5_000 }, (_error, _stdout, stderr) =>
      resolve(stderr),
    )
    child.stdin?.end()
  })
}
