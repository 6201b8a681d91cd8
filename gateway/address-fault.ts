const SEEN: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'this user may not listen there',
}

/** Why an address cannot be listened on, with the option that names it and the system's code: not a fault of the config, another moment or machine may allow it. */
export function addressFault(option: 'listen.http' | 'listen.admin', address: string, cause: Error): Error & { readonly code?: string } {
  const code = 'code' in cause ? String(cause.code) : undefined
  const seen = (code !== undefined && SEEN[code]) || cause.message
  return Object.assign(new Error(`${option} is ${address}: ${seen}`, { cause }), code !== undefined && { code })
}
