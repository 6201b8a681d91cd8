import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { removeProjects } from '../../support/gateway.ts'
import { lftp, openSsh, paramiko, type SftpCaller } from '../../support/sftp-clients.ts'
import { until } from '../../support/until.ts'
import { type SftpGateway, sizeOf, startSftp } from './gateway.ts'

const MEGABYTE = 1_048_576

describe('SFTP by the clients of others', () => {
  let sftp: SftpGateway
  before(async () => {
    sftp = await startSftp()
  })
  after(async () => {
    await sftp.stop()
    removeProjects()
  })

  for (const [name, find] of Object.entries({ 'OpenSSH sftp': openSsh, lftp, paramiko })) {
    describe(name, () => {
      let client: SftpCaller
      const own = (file: string) => `${name.replaceAll(' ', '-').toLowerCase()}-${file}`
      before(function () {
        client = find(this)
      })

      it('uploads a file, which is accepted when its CLOSE is answered, and delivered', async () => {
        const file = own('plain.txt')
        const { code, output } = await client.run(sftp.place, [['put', sftp.file(file, `by ${name}`), `/orders/${file}`]])
        expect(code, output).to.equal(0)
        expect(sftp.hasReceipt(`orders/${file}`)).to.equal(true)
        expect(await sftp.receipt(`orders/${file}`, ({ state }) => state === 'delivered')).to.include({ version: 1 })
        await until('the target has it', async () => (await sftp.target.received()).some(({ body }) => body === `by ${name}`))
        expect(sizeOf(sftp.there(`orders/${file}`)), 'it is gone from the upload folder').to.equal(0)
      })

      it('is told of the same content again, and of another under the same name', async () => {
        const file = own('twice.txt')
        const put = (content: string) => client.run(sftp.place, [['put', sftp.file(file, content), `/orders/${file}`]])
        await put('one')
        const first = await sftp.receipt(`orders/${file}`)
        await put('one')
        expect(await sftp.receipt(`orders/${file}`)).to.include({ id: first.id, version: 1 })
        await put('two')
        expect(await sftp.receipt(`orders/${file}`, ({ version }) => version === 2))
          .to.have.property('previous')
          .that.includes({ id: first.id })
      })

      it('routes nothing of an upload that is cut, and the whole of it when it is resumed and renamed', async () => {
        const file = own('cut.bin')
        const content = randomBytes(2 * MEGABYTE)
        const local = sftp.file(file, content)
        const running = client.start(sftp.place, [['slow', local, `/renamed/${file}.tmp`]])
        await until('the half is there', () => sizeOf(sftp.there(`renamed/${file}.tmp`)) > MEGABYTE / 2)
        process.kill(-(running.process.pid ?? 0), 'SIGKILL')
        await running.ended
        const { code, output } = await client.run(sftp.place, [
          ['resume', local, `/renamed/${file}.tmp`],
          ['rename', `/renamed/${file}.tmp`, `/renamed/${file}`],
        ])
        expect(code, output).to.equal(0)
        expect(sftp.hasReceipt(`renamed/${file}.tmp`)).to.equal(false)
        const sha256 = createHash('sha256').update(content).digest('hex')
        expect(await sftp.receipt(`renamed/${file}`)).to.include({ sha256, version: 1 })
      })

      it('commits by CLOSE nothing that was cut', async () => {
        const file = own('cut-close.bin')
        const running = client.start(sftp.place, [['slow', sftp.file(file, randomBytes(2 * MEGABYTE)), `/orders/${file}`]])
        await until('the half is there', () => sizeOf(sftp.there(`orders/${file}`)) > MEGABYTE / 2)
        process.kill(-(running.process.pid ?? 0), 'SIGKILL')
        await running.ended
        await client.run(sftp.place, [['list', '/orders']])
        expect(sftp.hasReceipt(`orders/${file}`)).to.equal(false)
        expect(sizeOf(sftp.there(`orders/${file}`))).to.be.greaterThan(0)
      })

      it('commits by a done-file', async () => {
        const file = own('month.csv')
        const upload = await client.run(sftp.place, [['put', sftp.file(file, 'a,b\n'), `/done/${file}`]])
        expect(upload.code, upload.output).to.equal(0)
        expect(sftp.hasReceipt(`done/${file}`)).to.equal(false)
        const { code, output } = await client.run(sftp.place, [['put', sftp.file('empty', ''), `/done/${file}.done`]])
        expect(code, output).to.equal(0)
        expect(await sftp.receipt(`done/${file}`)).to.include({ version: 1 })
        expect(sizeOf(sftp.there(`done/${file}`))).to.equal(0)
      })

      it('reads its receipt', async () => {
        const [file, copy] = [own('read.txt'), `${sftp.place.key}-${own('copy.json')}`]
        const { code, output } = await client.run(sftp.place, [
          ['put', sftp.file(file, 'x'), `/orders/${file}`],
          ['get', `/receipts/orders/${file}.receipt.json`, copy],
        ])
        expect(code, output).to.equal(0)
        expect(JSON.parse(readFileSync(copy, 'utf8'))).to.include({ file: `/orders/${file}`, route: 'orders' })
      })

      it('uploads 50 files at once', async () => {
        const names = Array.from({ length: 50 }, (_, index) => own(`many-${index}.txt`))
        const pairs = names.map(file => [sftp.file(file, file), `/orders/${file}`] as const)
        const ends =
          name === 'OpenSSH sftp'
            ? await Promise.all(pairs.map(([from, to]) => client.run(sftp.place, [['put', from, to]])))
            : [await client.run(sftp.place, [['many', ...pairs]])]
        for (const { code, output } of ends) expect(code, output).to.equal(0)
        for (const file of names) await sftp.receipt(`orders/${file}`, ({ state }) => state === 'delivered')
      })
    })
  }
})
