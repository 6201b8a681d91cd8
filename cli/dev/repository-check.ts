/** One check of the repository: resolves with what is wrong, a line each. */
export interface RepositoryCheck {
  readonly name: string
  run(root: string): Promise<readonly string[]>
}
