import { expect } from 'chai'
import { Agent, request } from 'undici'
import { makeCertificate } from '../../support/certificate.ts'
import { createRecorder } from '../../support/recorder.ts'
import { startRest } from '../../support/rest-source.ts'

describe('a REST source behind TLS', () => {
  it('takes messages from who trusts its certificate', async () => {
    const recorder = createRecorder()
    const ours = makeCertificate()
    const rest = await startRest({ sources: [{ options: 'POST /orders' }], tls: ours }, recorder.gateway)
    const dispatcher = new Agent({ connect: { ca: ours.cert } })
    const headers = { 'content-type': 'application/json' }
    const { statusCode, body } = await request(`${rest.url}/orders`, { dispatcher, method: 'POST', headers, body: '{}' })
    await body.dump()
    expect(statusCode).to.equal(202)
    expect(
      await fetch(`${rest.url}/orders`).then(
        () => 'trusted',
        () => 'not trusted',
      ),
    ).to.equal('not trusted')
    await dispatcher.close()
    await rest.stop()
    expect(recorder.accepted).to.have.length(1)
  })
})
