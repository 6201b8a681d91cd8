import type { FacadeFile } from '../facade.ts'

/** The project around a facade, where there is none yet. */
export function projectFiles(name: string, wsdl: string): readonly FacadeFile[] {
  const lines = [
    `# A REST facade of the SOAP service that ${wsdl} describes. Start it, with the service played by its stand-in:`,
    '#',
    '#   waybill run --stand-ins',
    '',
    'waybill: 1',
    `name: ${name}`,
    'listen:',
    '  http: 127.0.0.1:8080          # where callers ask; /openapi.json says what there is',
    '  admin: 127.0.0.1:8081',
    'store: { path: data }',
  ]
  return [
    { path: 'waybill.yaml', text: `${lines.join('\n')}\n` },
    { path: '.gitignore', text: '# The store of the gateway: messages, receipts, the ledger, the admin token.\ndata/\n' },
  ]
}
