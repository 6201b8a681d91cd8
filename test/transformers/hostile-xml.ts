/** Documents that no reader may take, and what it says of them. */
export const hostileXml: readonly { readonly name: string; readonly xml: string | Buffer; readonly code: string; readonly says: string }[] =
  [
    { name: 'an entity bomb', xml: bomb(), code: 'NOT_READABLE', says: 'DOCTYPE' },
    { name: 'an external entity', xml: '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', code: 'NOT_READABLE', says: 'DOCTYPE' },
    { name: 'a DOCTYPE in UTF-16', xml: Buffer.from('\ufeff<!DOCTYPE a><a/>', 'utf16le'), code: 'NOT_READABLE', says: 'DOCTYPE' },
    { name: 'elements 100,000 deep', xml: '<a>'.repeat(100_000), code: 'NOT_READABLE', says: 'nested more than 100' },
    { name: 'a text of 20 MB', xml: `<a>${'x'.repeat(20_000_000)}</a>`, code: 'NOT_READABLE', says: 'more than 16777216 characters' },
    { name: '33 MB', xml: Buffer.alloc(34_603_009, ' '), code: 'TOO_LARGE', says: 'at most 33554432' },
    {
      name: 'a million and one elements',
      xml: `<a>${'<b/>'.repeat(1_000_000)}</a>`,
      code: 'NOT_READABLE',
      says: 'more than 1000000 elements',
    },
    { name: 'an end that is missing', xml: '<a>', code: 'NOT_READABLE', says: 'line 1, column 3' },
    { name: 'XML 1.1', xml: '<?xml version="1.1"?><a/>', code: 'NOT_READABLE', says: 'only XML 1.0' },
    {
      name: 'bytes that are not UTF-8',
      xml: Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]),
      code: 'NOT_READABLE',
      says: 'not UTF-8',
    },
  ]

function bomb(): string {
  const names = 'abcdefghij'
  const entities = Array.from(names.slice(1), (name, at) => `<!ENTITY ${name} "${`&${names[at]};`.repeat(10)}">`)
  return `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${entities.join('')}]><a>&j;</a>`
}
