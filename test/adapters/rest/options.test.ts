import { expect } from 'chai'
import { createRequestTarget, paramsOf } from '../../../adapters/rest/request-target.ts'
import { describeRestSource, restSource } from '../../../adapters/rest/source-options.ts'
import { layOperation, restOperationOptions, restSystem, restSystemOptions } from '../../../adapters/rest/system-options.ts'
import { resolveOptions } from '../../../gateway/options.ts'

describe('options of REST', () => {
  it('say the same in a line as in parts', () => {
    const source = { method: 'PUT', path: '/orders/:id', maxBodyBytes: 1_048_576, bodyTimeoutMs: 30_000, multipart: false }
    expect(restSource('PUT /orders/:id')).to.deep.equal(source)
    expect(describeRestSource('PUT /orders/:id')).to.equal(describeRestSource(source)).and.equal('rest PUT /orders/:id')
    const system = { url: 'http://crm/', method: 'POST', timeoutMs: 30_000, connectTimeoutMs: 5_000, maxReplyBytes: 1_048_576 }
    expect(restSystem('http://crm/')).to.deep.equal(system)
    expect(resolveOptions(restSystemOptions, { url: 'http://crm/' })).to.deep.equal(system)
  })

  const laid = [
    {
      name: 'a line over a url',
      system: 'http://crm/v2',
      operation: 'PATCH /contacts/:id',
      expected: { url: 'http://crm/v2', method: 'PATCH', path: '/contacts/:id', timeoutMs: 30_000 },
    },
    { name: 'a method alone', system: { url: 'http://crm/', path: '/a' }, operation: 'PUT', expected: { method: 'PUT', path: '/a' } },
    {
      name: 'parts over parts',
      system: { url: 'http://crm/', timeout: '1s', headers: { A: '1', B: '1' } },
      operation: { headers: { B: '2' }, maxReply: '1KB' },
      expected: { method: 'POST', timeoutMs: 1_000, maxReplyBytes: 1_024 },
    },
  ]
  for (const { name, system, operation, expected } of laid)
    it(`lay an operation over its system: ${name}`, () => {
      const under = resolveOptions(restSystemOptions, system)
      expect(layOperation(under, resolveOptions(restOperationOptions, operation))).to.deep.include(expected)
      expect(layOperation(under, undefined)).to.deep.equal(restSystem(under))
    })

  it('lay headers over headers', () => {
    const under = { ...restSystem('http://crm/'), headers: { A: '1', B: '1' } }
    expect(layOperation(under, { headers: { B: '2' } }).headers).to.deep.equal({ A: '1', B: '2' })
  })

  const paths = [
    { url: 'http://h:9001', path: undefined, expected: '/' },
    { url: 'http://h/a/?x=1', path: undefined, expected: '/a/?x=1' },
    { url: 'http://h/a/', path: '/b', expected: '/a/b' },
    { url: 'http://h', path: '/b/:id', expected: '/b/7' },
    { url: 'http://h/:id/x', path: undefined, expected: '/7/x' },
    { url: 'http://h/a', path: '/b/:id/c?d=:id', expected: '/a/b/7/c?d=7' },
  ]
  for (const { url, path, expected } of paths)
    it(`append ${path ?? 'nothing'} to ${url}`, () => {
      const target = createRequestTarget({ url, ...(path !== undefined && { path }) })
      expect(target.path({ id: '7' })).to.equal(expected)
      expect(paramsOf({ url, ...(path !== undefined && { path }) })).to.deep.equal(target.params)
    })
})
