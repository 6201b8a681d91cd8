import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { safeName } from '../../../adapters/rest/form.ts'
import { createBodies } from '../../../gateway/bodies.ts'
import { createRecorder, type Recorder } from '../../support/recorder.ts'
import { openWire, type RunningRest, startRest } from '../../support/rest-source.ts'
import { until } from '../../support/until.ts'

describe('a REST source of forms', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-forms-'))
  let recorder: Recorder
  let rest: RunningRest
  before(async () => {
    recorder = createRecorder()
    const gateway = { ...recorder.gateway, bodies: createBodies(folder, { minFreeBytes: 0 }) }
    const options = { method: 'POST', path: '/forms/:desk', maxBodyBytes: 3_000_000, bodyTimeoutMs: 5_000, multipart: true }
    rest = await startRest({ sources: [{ options }] }, gateway)
  })
  beforeEach(() => {
    recorder.accepted.length = 0
    recorder.onAccept = () => undefined
  })
  after(async () => {
    await rest.stop()
    rmSync(folder, { recursive: true })
  })

  const post = (body: FormData, headers: Record<string, string> = {}) => fetch(`${rest.url}/forms/7`, { method: 'POST', body, headers })
  function formOf(files: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>> = {}): FormData {
    const form = new FormData()
    for (const [name, text] of Object.entries(files)) form.append('file', new Blob([text], { type: 'text/csv' }), name)
    for (const [name, text] of Object.entries(fields)) form.append(name, text)
    return form
  }
  function raw(part: string, body: string, end = '\r\n--cut--\r\n'): Promise<Response> {
    const text = `--cut\r\n${part}\r\n\r\n${body}${end}`
    return fetch(`${rest.url}/forms/7`, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=cut' }, body: text })
  }
  const codeOf = async (answer: Response) => [answer.status, Object(await answer.json()).code]

  it('makes a message of each file, with its name, size and hash, and the fields in the query', async () => {
    const answer = await post(formOf({ 'a.csv': 'sku\nA-1\n', 'Übersicht.csv': 'sku\nB-2\n' }, { kind: 'daily', desk: '9' }))
    expect(answer.status).to.equal(202)
    const [first, second] = recorder.accepted
    const sha256 = createHash('sha256').update('sku\nA-1\n').digest('hex')
    expect(first).to.deep.include({ contentType: 'text/csv', stored: { sha256, bytes: 8 } })
    expect(first?.meta).to.deep.equal({
      path: { desk: '7' },
      query: { kind: 'daily', desk: '9' },
      file: { name: 'a.csv', folder: '', bytes: 8, sha256 },
    })
    expect(second?.meta.file?.name).to.equal('Übersicht.csv')
    const receipt = (id = '') => ({ id, state: 'accepted', receipt: `/receipts/${id}` })
    expect(await answer.json()).to.deep.equal({
      ...receipt(first?.id),
      files: [
        { name: 'a.csv', ...receipt(first?.id) },
        { name: 'Übersicht.csv', ...receipt(second?.id) },
      ],
    })
    expect(answer.headers.get('location')).to.equal(`/receipts/${first?.id}`)
  })

  it('knows the same form again file by file, and answers 409 to another under its key', async () => {
    await post(formOf({ 'a.csv': '1', 'b.csv': '2' }), { 'idempotency-key': 'k' })
    const [first, second] = recorder.accepted.map(({ identity }) => identity)
    expect(first).to.equal('rest:-:orders:k')
    expect(second).to.equal('rest:-:orders:k:1')
    recorder.onAccept = ({ identity }) => (identity === second ? { state: 'failed' } : { replayed: true })
    const answer = await post(formOf({ 'a.csv': '1', 'b.csv': '3' }), { 'idempotency-key': 'k' })
    expect(await codeOf(answer)).to.deep.equal([409, 'KEY_CONFLICT'])
  })

  it('leaves out what a page sends for a file that nobody chose', async () => {
    const form = formOf({ 'a.csv': '1' })
    form.append('other', new Blob([]), '')
    expect((await post(form)).status).to.equal(202)
    expect(recorder.accepted.map(({ meta }) => meta.file?.name)).to.deep.equal(['a.csv'])
  })

  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`f${index}`, 'x']))
  const refused: Readonly<Record<string, () => [Promise<Response>, number, string]>> = {
    'a form without a file': () => [post(formOf({}, { a: 'b' })), 400, 'BAD_REQUEST'],
    'a body that is no form': () => [
      fetch(`${rest.url}/forms/7`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'x' }),
      415,
      'UNSUPPORTED_TYPE',
    ],
    'a form without a boundary': () => [
      fetch(`${rest.url}/forms/7`, { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: 'x' }),
      400,
      'NOT_READABLE',
    ],
    'a form that ends in the middle': () => [raw('Content-Disposition: form-data; name=a; filename=b', 'x', ''), 400, 'NOT_READABLE'],
    'a file in base64': () => [
      raw('Content-Disposition: form-data; name=a; filename=b\r\nContent-Transfer-Encoding: base64', 'eA=='),
      400,
      'NOT_READABLE',
    ],
    'more than 100 files': () => [post(formOf(many)), 413, 'TOO_LARGE'],
    'more than 100 fields': () => [post(formOf({ a: '1' }, many)), 413, 'TOO_LARGE'],
    'a field of 9 KB': () => [post(formOf({ a: '1' }, { b: 'x'.repeat(9_000) })), 413, 'TOO_LARGE'],
    'a form larger than the source takes': () => [post(formOf({ a: 'x'.repeat(3_000_000) })), 413, 'TOO_LARGE'],
  }
  for (const [what, ask] of Object.entries(refused)) {
    it(`refuses ${what}, accepts nothing of it and leaves nothing half written`, async () => {
      const [answer, status, code] = ask()
      expect(await codeOf(await answer)).to.deep.equal([status, code])
      expect(recorder.accepted).to.deep.equal([])
      expect(readdirSync(join(folder, 'tmp'))).to.deep.equal([])
    })
  }

  it('leaves nothing of a form whose sender goes away', async () => {
    const head = 'POST /forms/7 HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=cut\r\nContent-Length: 900000\r\n\r\n'
    const wire = await openWire(
      rest.port,
      `${head}--cut\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n${'x'.repeat(500_000)}`,
    )
    await until('the file is being kept', () => readdirSync(join(folder, 'tmp')).length === 1)
    wire.socket.destroy()
    await until('it is gone', () => readdirSync(join(folder, 'tmp')).length === 0)
    expect(recorder.accepted).to.deep.equal([])
  })

  const names: Readonly<Record<string, string>> = {
    '../../etc/passwd': 'passwd',
    'C:\\orders\\monday.csv': 'monday.csv',
    '..': 'file',
    '.htaccess': 'htaccess',
    'a\u0000b\r\nc.csv': 'abc.csv',
    'invoice\u202Efdp.exe': 'invoicefdp.exe',
    '': 'file',
  }
  for (const [given, kept] of Object.entries(names)) {
    it(`takes ${JSON.stringify(given)} for the name ${kept}`, () => {
      expect(safeName(given)).to.equal(kept)
    })
  }
})
