/** The project around a facade, where there is none yet. */
export function projectFile(name: string): string {
  return ['waybill: 1', `name: ${name}`, 'listen:', '  http: 127.0.0.1:8080', '  admin: 127.0.0.1:8081', 'store: { path: data }', ''].join(
    '\n',
  )
}
